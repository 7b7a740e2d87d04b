import type { JsonObject } from '../model/json.ts';
import { isSecret, type Manifest, valueAt } from '../model/object.ts';
import type { FieldChange } from '../model/plan.ts';
import { below, readOwnership } from './field-set.ts';
import { othersBelow } from './node.ts';

/**
 * The keys of a Secret that somebody added or set since it was recorded. No value is known, but a key
 * that was set has another owner. Setting values is not what a push would put right.
 */
export function changedSecretKeys(answer: Manifest, live: Manifest): FieldChange[] {
  if (!isSecret(live)) return [];
  const known = keysOf(answer);
  return keysOf(live).flatMap((key): FieldChange[] => {
    const path = ['data', key];
    const managers = othersOf(live, key);
    if (!known.includes(key)) return [{ path, effect: 'add', managers }];
    const before = othersOf(answer, key);
    const isSet = managers.some((manager) => !before.includes(manager));
    return isSet ? [{ path, effect: 'change', managers }] : [];
  });
}

function keysOf(secret: Manifest): string[] {
  return Object.keys((valueAt(secret, 'data') ?? {}) as JsonObject);
}

/** The managers beside Sisyphus that own a key. */
function othersOf(secret: Manifest, key: string): string[] {
  const data = othersBelow(readOwnership(secret).others, 'f:data');
  return data.flatMap(({ manager, fields }) =>
    below(fields, `f:${key}`) === undefined ? [] : [manager],
  );
}
