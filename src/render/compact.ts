import type { JsonObject, JsonValue } from '../model/json.ts';

/** Drops fields without a value: undefined, an empty list or an empty map. */
export function compact(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept = Object.entries(fields).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined && !isEmpty(entry[1]),
  );
  return Object.fromEntries(kept);
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
