import { ApiError } from '../cluster/errors.ts';
import type { Cluster } from '../cluster/port.ts';
import { UserError } from '../model/errors.ts';
import { formatObject, type ObjectKey, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/**
 * Deletes the very object that was recorded: one that somebody made anew under its name stays.
 *
 * @throws UserError where another object stands there
 */
export async function removeObject(cluster: Cluster, recorded: RecordedObject): Promise<void> {
  const { key } = recorded;
  if ((await cluster.resourceOf(key)) === undefined) return;
  try {
    await cluster.delete(key, uidOf(recorded));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) throw madeAnew(key);
    throw error;
  }
}

/** The uid of the object as it was recorded. */
export function uidOf(recorded: RecordedObject | undefined): string | undefined {
  const uid = valueAt(recorded?.answer, 'metadata', 'uid');
  return typeof uid === 'string' ? uid : undefined;
}

function madeAnew(key: ObjectKey): UserError {
  return new UserError(
    `${formatObject(key)} in cluster ${key.cluster} was deleted and made anew by somebody else; it was left alone`,
    {
      code: 'made-anew',
      hint: 'delete it by hand if nobody needs it, or declare it in the repository to take it over',
    },
  );
}
