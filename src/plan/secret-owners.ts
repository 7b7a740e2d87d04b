import { isJsonObject, type JsonObject } from '../model/json.ts';
import { type Manifest, valueAt } from '../model/object.ts';
import { type FieldSet, readOwnership } from './field-set.ts';

/** Who created the keys of a Secret, as far as managed fields tell. */
export interface SecretOwners {
  /** Keys that Sisyphus created and nobody has set since. */
  readonly sole: readonly string[];
  /** Keys that are there and not solely Sisyphus' own. */
  readonly foreign: readonly string[];
}

/** @param secret as it came from a cluster, a mask for each key */
export function secretOwners(secret: Manifest): SecretOwners {
  const { own, others } = readOwnership(secret);
  const theirs = new Set(others.flatMap(({ fields }) => keysOf(fields)));
  const sole = keysOf(own).filter((key) => !theirs.has(key));
  const present = Object.keys((valueAt(secret, 'data') ?? {}) as JsonObject);
  const all = new Set([...present, ...theirs]);
  return { sole, foreign: [...all].filter((key) => !sole.includes(key)) };
}

function keysOf(fields: FieldSet): string[] {
  const data = fields['f:data'];
  return Object.keys(isJsonObject(data) ? data : {})
    .filter((field) => field.startsWith('f:'))
    .map((field) => field.slice('f:'.length));
}
