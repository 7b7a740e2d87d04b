import { createHash } from 'node:crypto';
import type { RecordedObject } from '../model/record.ts';

/** Far more than any object has; it keeps a hostile file from exhausting the stack. */
const MAX_DEPTH = 500;

/**
 * JSON in the one form that equal data has: the keys of objects sorted, no white space, what is
 * undefined left out.
 *
 * @throws RangeError for data that is nested too deep
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError('the data is nested too deep');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** The SHA-256 of data in its canonical form, as `sha256:<hex>`. Throws like `canonicalJson`. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}

/** Tells whether the database still holds what it held of an object. */
export function recordDigest(object: RecordedObject): string {
  const { key, answer, sent, declaration, createdHere } = object;
  return digestOf({ key, answer, sent, declaration, createdHere });
}
