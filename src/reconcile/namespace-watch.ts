import type { Clusters } from '../cluster/port.ts';
import { valueAt } from '../model/object.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { namespacesToDelete, spareInhabited, whyInhabited } from '../plan/guard.ts';
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

/**
 * Plans the deletion of no Namespace in which somebody else's objects live.
 *
 * @returns with the plan, uids that do not count as somebody else's where it deletes Namespaces
 */
export async function lookIntoNamespaces(
  plan: Plan,
  recorded: readonly RecordedObject[],
  clusters: Clusters,
): Promise<{ readonly plan: Plan; readonly trackedUids: ReadonlySet<string> }> {
  const namespaces = namespacesToDelete(plan);
  const clustersToAsk = new Set(namespaces.map(({ cluster }) => cluster));
  const tracked = uidsOf(recorded.filter(({ key }) => clustersToAsk.has(key.cluster)));
  const found = await Promise.all(
    namespaces.map((key) => findInhabitants(clusters.get(key.cluster), key, tracked)),
  );
  const descendants = found.flatMap((one) => one.descendants);
  return {
    plan: spareInhabited(plan, found),
    trackedUids: new Set([...tracked, ...descendants]),
  };
}

/** The uids of recorded objects. */
function uidsOf(recorded: readonly RecordedObject[]): ReadonlySet<string> {
  const uids = recorded.map((object) => valueAt(object.answer, 'metadata', 'uid'));
  return new Set(uids.filter((uid) => typeof uid === 'string'));
}
