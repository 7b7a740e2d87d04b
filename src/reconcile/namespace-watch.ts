import type { Clusters } from '../cluster/port.ts';
import { valueAt } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { whyInhabited } from '../plan/guard.ts';
import { findInhabitants } from './inhabitants.ts';

/**
 * Looks into a Namespace once more right before it is deleted: somebody may have moved in since the
 * plan was made.
 *
 * @param tracked uids that do not count as somebody else's
 */
export function namespaceWatch(
  clusters: Clusters,
  tracked: ReadonlySet<string>,
): (change: Change) => Promise<string | undefined> {
  return async ({ key }) => {
    const found = await findInhabitants(clusters.get(key.cluster), key, tracked);
    const empty = found.untracked.length + found.unknown.length === 0;
    return empty ? undefined : whyInhabited(found);
  };
}

/** The uids of recorded objects. */
export function uidsOf(recorded: readonly RecordedObject[]): ReadonlySet<string> {
  const uids = recorded.map((object) => valueAt(object.answer, 'metadata', 'uid'));
  return new Set(uids.filter((uid) => typeof uid === 'string'));
}
