import pLimit from 'p-limit';
import { ApiError } from '../cluster/errors.ts';
import type { Cluster, Clusters, Resource } from '../cluster/port.ts';
import { SisyphusError } from '../model/errors.ts';
import { groupBy } from '../model/group-by.ts';
import {
  apiGroup,
  keyId,
  type Manifest,
  type ObjectKey,
  sameObjectId,
  typeId,
} from '../model/object.ts';
import type { LiveObjects } from '../plan/plan.ts';

const PARALLEL_LISTS = 4;

/** What the clusters hold now of the objects that were asked for. */
export interface Live {
  readonly objects: LiveObjects;
  /** Clusters that could not be read, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** Objects of other clusters that could not be read, with the reason, by `sameObjectId`. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Reads objects from their clusters: one paged list for each type, not one request for each object. */
export async function readLive(keys: readonly ObjectKey[], clusters: Clusters): Promise<Live> {
  const found = { objects: new Map<string, Manifest>(), unread: new Map<string, string>() };
  const unavailable: Record<string, string> = {};
  const byCluster = groupBy(keys, (key) => key.cluster);
  await Promise.all(
    [...byCluster].map(async ([name, wanted]) => {
      try {
        await readCluster(clusters.get(name), wanted, found);
      } catch (thrown) {
        if (!(thrown instanceof SisyphusError)) throw thrown;
        unavailable[name] = thrown.message;
      }
    }),
  );
  return { ...found, unavailable };
}

/**
 * Adds what is wanted beyond an earlier reading. That one may have been about too much, so whether a cluster
 * can be read is decided anew: by what is wanted of it, and only that.
 *
 * @param asked the objects that the earlier reading was for, in those versions of their APIs
 */
export async function readRest(
  early: Live,
  asked: readonly ObjectKey[],
  wanted: readonly ObjectKey[],
  clusters: Clusters,
): Promise<Live> {
  const known = new Set(asked.map(keyId));
  const isOpen = (key: ObjectKey) =>
    !known.has(keyId(key)) || Object.hasOwn(early.unavailable, key.cluster);
  const rest = await readLive(wanted.filter(isOpen), clusters);
  const objects = new Map([...early.objects, ...rest.objects]);
  const unread = [...early.unread, ...rest.unread].filter(([id]) => !objects.has(id));
  return { objects, unavailable: rest.unavailable, unread: new Map(unread) };
}

/** Takes what is found. */
interface Found {
  readonly objects: Map<string, Manifest>;
  readonly unread: Map<string, string>;
}

async function readCluster(
  cluster: Cluster,
  keys: readonly ObjectKey[],
  found: Found,
): Promise<void> {
  const parallel = pLimit(PARALLEL_LISTS);
  const byType = groupBy(keys, (key) => typeId(key));
  await Promise.all(
    [...byType.values()].map((wanted) => parallel(() => readType(cluster, wanted, found))),
  );
}

async function readType(cluster: Cluster, keys: readonly ObjectKey[], found: Found): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const resource = await cluster.resourceOf(first);
  if (resource !== undefined && (await readList(cluster, resource, keys, found))) return;
  // Objects go with the definition of their kind, but not with one of its versions.
  const served = (await cluster.resources()).find(
    (type) => type.kind === first.kind && apiGroup(type.apiVersion) === apiGroup(first.apiVersion),
  );
  if (served === undefined) return;
  const why = `not read, because the cluster now serves its kind as ${served.apiVersion}`;
  for (const key of keys) found.unread.set(sameObjectId(key), why);
}

/** @returns false where the server no longer knows the type */
async function readList(
  cluster: Cluster,
  resource: Resource,
  keys: readonly ObjectKey[],
  found: Found,
): Promise<boolean> {
  const ids = new Map(keys.map((key) => [placeOf(key), sameObjectId(key)]));
  const [namespace, ...others] = new Set(keys.map((key) => key.namespace));
  // A single namespace may be all that the user is allowed to list.
  const only = namespace === '' || others.length > 0 ? undefined : namespace;
  try {
    for await (const page of cluster.list(resource, only)) {
      for (const object of page) {
        const id = ids.get(placeOf(object.metadata));
        if (id !== undefined) found.objects.set(id, object);
      }
    }
    return true;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) return false;
    throw thrown;
  }
}

/** Among objects of one type: most of a list may be others', so this is quicker than a whole id. */
function placeOf({ namespace = '', name }: Pick<Manifest['metadata'], 'namespace' | 'name'>) {
  return `${namespace}/${name}`;
}
