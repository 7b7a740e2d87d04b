import type { Clusters } from '../cluster/port.ts';
import { groupBy } from '../model/group-by.ts';
import { type ObjectKey, valueAt } from '../model/object.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import {
  type Inhabitants,
  namespacesToDelete,
  spareInhabited,
  whyInhabited,
} from '../plan/guard.ts';
import { findInhabitants } from './inhabitants.ts';
import { together } from './together.ts';

/**
 * Looks into a Namespace once more right before it is deleted: somebody may have moved in since the
 * plan was made. Those of a cluster that become ready meanwhile are looked into together.
 *
 * @param tracked uids that do not count as somebody else's
 */
export function namespaceWatch(
  clusters: Clusters,
  tracked: ReadonlySet<string>,
): (change: Change) => Promise<string | undefined> {
  const looks = new Map<string, (namespace: ObjectKey) => Promise<Inhabitants>>();
  const lookInto = (cluster: string) =>
    together((namespaces: readonly ObjectKey[]) =>
      findInhabitants(clusters.get(cluster), namespaces, tracked),
    );
  return async ({ key }) => {
    const look = looks.get(key.cluster) ?? lookInto(key.cluster);
    looks.set(key.cluster, look);
    const found = await look(key);
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
  const byCluster = groupBy(namespaces, ({ cluster }) => cluster);
  const tracked = uidsOf(recorded.filter(({ key }) => byCluster.has(key.cluster)));
  const looks = [...byCluster].map(([cluster, keys]) =>
    findInhabitants(clusters.get(cluster), keys, tracked),
  );
  const found = (await Promise.all(looks)).flat();
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
