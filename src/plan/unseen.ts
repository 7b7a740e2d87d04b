import type { JsonObject } from '../model/json.ts';
import { isSecret, type Manifest } from '../model/object.ts';

/**
 * A Secret comes from a cluster without its type and without whether it is immutable. What was sent
 * tells; where nothing was, another copy of the object stands in.
 */
export function withUnseen(
  object: Manifest,
  sent: Manifest | undefined,
  standIn: Manifest,
): Manifest {
  if (!isSecret(object)) return object;
  const source = (sent ?? standIn) as Manifest & JsonObject;
  const { type, immutable } = { ...source, ...(object as Manifest & JsonObject) };
  const unseen = {
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
  };
  return { ...object, ...unseen };
}
