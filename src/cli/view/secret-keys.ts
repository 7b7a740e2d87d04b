import { SECRET_MASK } from '../../model/desired.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { FieldChange } from '../../model/plan.ts';
import { type Line, line } from './line.ts';

/** The fields of a Secret that hold its values. */
const VALUES: readonly string[] = ['data', 'stringData'];

const SIGNS = {
  add: { sign: '+', tone: 'added' },
  change: { sign: '~', tone: 'update' },
  remove: { sign: '-', tone: 'removed' },
} as const;

/** A Secret without its values, for a diff of the rest. */
export function withoutValues(secret: JsonValue): JsonValue {
  if (!isJsonObject(secret)) return secret;
  return Object.fromEntries(Object.entries(secret).filter(([key]) => !VALUES.includes(key)));
}

/** One line for each key that a change adds, changes or removes. */
export function changedKeys(fields: readonly FieldChange[]): Line[] {
  return fields.flatMap(({ path: [field, key], effect }) => {
    if (field === undefined || !VALUES.includes(field)) return [];
    if (key === undefined || effect === 'release' || effect === 'handover' || effect === 'claim')
      return [];
    return [keyLine(key, effect)];
  });
}

/** One line for each key of a Secret that comes or goes as a whole. */
export function allKeys(secret: JsonValue, effect: 'add' | 'remove'): Line[] {
  if (!isJsonObject(secret)) return [];
  return VALUES.flatMap((field) => {
    const values = secret[field];
    return isJsonObject(values) ? Object.keys(values).map((key) => keyLine(key, effect)) : [];
  });
}

function keyLine(key: string, effect: keyof typeof SIGNS): Line {
  const { sign, tone } = SIGNS[effect];
  return line(`${sign} key ${key}: ${SECRET_MASK}`, tone);
}
