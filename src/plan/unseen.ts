import { isJsonObject, type JsonObject } from '../model/json.ts';
import { isSecret, type Manifest, valueAt } from '../model/object.ts';

/**
 * A Secret comes from a cluster without its type, without whether it is immutable, and without the keys
 * that were applied as `stringData`, of whose presence managed fields tell nothing. What was sent tells;
 * where nothing was, another copy of the object stands in.
 */
export function withUnseen(
  object: Manifest,
  sent: Manifest | undefined,
  standIn: Manifest,
): Manifest {
  if (!isSecret(object)) return object;
  const source = (sent ?? standIn) as Manifest & JsonObject;
  const { type, immutable } = { ...source, ...(object as Manifest & JsonObject) };
  const data = { ...appliedStrings(object, source.data), ...asMap(object.data) };
  const unseen = {
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
    ...(Object.keys(data).length > 0 && { data }),
  };
  return { ...object, ...unseen };
}

/** The keys of a Secret that somebody applied as `stringData`, as another copy of it has them. */
function appliedStrings(secret: Manifest, data: JsonObject[string] | undefined): JsonObject {
  const entries = valueAt(secret, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return {};
  const names = entries.flatMap((entry) =>
    Object.keys(asMap(valueAt(entry, 'fieldsV1', 'f:stringData'))),
  );
  const known = Object.entries(asMap(data));
  return Object.fromEntries(known.filter(([key]) => names.includes(`f:${key}`)));
}

function asMap(value: JsonObject[string] | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
