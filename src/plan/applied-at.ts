import { FIELD_MANAGER } from '../model/field-manager.ts';
import type { JsonValue } from '../model/json.ts';
import { type Manifest, valueAt } from '../model/object.ts';

/**
 * When Sisyphus last changed an object, as its managed fields tell: ISO 8601 in UTC; undefined where
 * it never did.
 */
export function appliedAt(object: Manifest): string | undefined {
  const entries = valueAt(object, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return undefined;
  const times = entries.flatMap((entry: JsonValue) => {
    const time = valueAt(entry, 'manager') === FIELD_MANAGER && valueAt(entry, 'time');
    return typeof time === 'string' ? [time] : [];
  });
  return times.sort().at(-1);
}
