import pLimit from 'p-limit';
import type { Cluster, Clusters } from '../cluster/port.ts';
import { SisyphusError } from '../model/errors.ts';
import { type Manifest, type ObjectKey, sameObjectId, typeId } from '../model/object.ts';
import type { LiveObjects } from '../plan/plan.ts';

const PARALLEL_LISTS = 4;

/** What the clusters hold now of the objects that were asked for. */
export interface Live {
  readonly objects: LiveObjects;
  /** Clusters that could not be read, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Reads objects from their clusters: one paged list for each type, not one request for each object. */
export async function readLive(keys: readonly ObjectKey[], clusters: Clusters): Promise<Live> {
  const objects = new Map<string, Manifest>();
  const unavailable: Record<string, string> = {};
  const byCluster = groupBy(keys, (key) => key.cluster);
  await Promise.all(
    [...byCluster].map(async ([name, wanted]) => {
      try {
        await readCluster(clusters.get(name), wanted, objects);
      } catch (thrown) {
        if (!(thrown instanceof SisyphusError)) throw thrown;
        unavailable[name] = thrown.message;
      }
    }),
  );
  return { objects, unavailable };
}

async function readCluster(
  cluster: Cluster,
  keys: readonly ObjectKey[],
  found: Map<string, Manifest>,
): Promise<void> {
  const parallel = pLimit(PARALLEL_LISTS);
  const byType = groupBy(keys, (key) => typeId(key));
  await Promise.all(
    [...byType.values()].map((wanted) => parallel(() => readType(cluster, wanted, found))),
  );
}

async function readType(
  cluster: Cluster,
  keys: readonly ObjectKey[],
  found: Map<string, Manifest>,
): Promise<void> {
  const [first] = keys;
  const resource = first === undefined ? undefined : await cluster.resourceOf(first);
  if (first === undefined || resource === undefined) return;
  const ids = new Set(keys.map(sameObjectId));
  const namespaces = new Set(keys.map((key) => key.namespace));
  // A single namespace may be all that the user is allowed to list.
  const only = namespaces.size === 1 ? first.namespace : '';
  for await (const page of cluster.list(resource, only === '' ? undefined : only)) {
    for (const object of page) {
      const { name, namespace = '' } = object.metadata;
      const id = sameObjectId({ ...first, name, namespace });
      if (ids.has(id)) found.set(id, object);
    }
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
