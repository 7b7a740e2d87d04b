import { isJsonObject } from '../model/json.ts';
import { isSecret } from '../model/object.ts';
import type { Change } from '../model/plan.ts';

/**
 * The keys of a Secret that a change brings into being, and whose values it therefore needs; none for
 * every other object and for a change that is blocked.
 */
export function secretKeysToWrite({ action, key, desired, fields, block }: Change): string[] {
  if (!isSecret(key) || desired === undefined || block !== undefined) return [];
  if (action !== 'update') {
    const { data } = desired.manifest;
    return isJsonObject(data) ? Object.keys(data) : [];
  }
  return fields.flatMap(({ path: [field, name], effect }) =>
    field === 'data' && name !== undefined && effect === 'add' ? [name] : [],
  );
}
