import { ApiError } from '../cluster/errors.ts';
import type { Cluster } from '../cluster/port.ts';
import { type Manifest, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/** How a delete ended. */
export type Removal = 'deleted' | 'somebody else made it anew';

/** Deletes the very object that was recorded: one that somebody made anew under its name stays. */
export async function removeObject(cluster: Cluster, recorded: RecordedObject): Promise<Removal> {
  const { key } = recorded;
  // A type that is gone took its objects with it.
  if ((await cluster.resourceOf(key)) === undefined) return 'deleted';
  try {
    await cluster.delete(key, { uid: uidOf(recorded.answer) });
    return 'deleted';
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return 'somebody else made it anew';
    throw error;
  }
}

/** An object's uid. */
export function uidOf(object: Manifest | undefined): string | undefined {
  const uid = valueAt(object, 'metadata', 'uid');
  return typeof uid === 'string' ? uid : undefined;
}
