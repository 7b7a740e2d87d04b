import pLimit, { type LimitFunction } from 'p-limit';
import { ApiError } from '../cluster/errors.ts';
import type { Cluster, Resource } from '../cluster/port.ts';
import { SisyphusError } from '../model/errors.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import type { Inhabitants } from '../plan/guard.ts';
import { findResidents, isTransient } from '../plan/inhabitants.ts';

const PARALLEL_LISTS = 8;
/** A page of a whole cluster's list costs an API server about as much as so many lists of a Namespace. */
const LISTS_PER_PAGE = 4;

/**
 * Lists everything that lives in Namespaces of one cluster and finds what Sisyphus does not track.
 *
 * @param tracked uids of tracked objects, those that were just deleted included
 * @returns for each Namespace what lives there, in the same order
 */
export async function findInhabitants(
  cluster: Cluster,
  namespaces: readonly ObjectKey[],
  tracked: ReadonlySet<string>,
): Promise<readonly Inhabitants[]> {
  try {
    const parallel = pLimit(PARALLEL_LISTS);
    const names = namespaces.map(({ name }) => name);
    const types = (await cluster.resources()).filter(
      (type) => type.namespaced && type.listable && !isTransient(type),
    );
    const lists = await Promise.all(types.map((type) => listType(cluster, type, names, parallel)));
    return namespaces.map((namespace, i) => {
      const listed = lists.flatMap((list) => list[i] ?? []);
      return {
        namespace,
        ...findResidents(
          listed.flatMap(({ objects }) => objects),
          tracked,
        ),
        unknown: listed.flatMap(({ unknown }) => unknown),
      };
    });
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    const nothing = { untracked: [], descendants: [], unknown: [thrown.message] };
    return namespaces.map((namespace) => ({ namespace, ...nothing }));
  }
}

/** What a Namespace has of one type. */
interface Listed {
  readonly objects: readonly Manifest[];
  readonly unknown: readonly string[];
}

/** Lists the objects of a type that live in the Namespaces, for each of them. */
async function listType(
  cluster: Cluster,
  type: Resource,
  namespaces: readonly string[],
  parallel: LimitFunction,
): Promise<readonly Listed[]> {
  const together = await parallel(() => listTogether(cluster, type, namespaces));
  if (together !== undefined) return together;
  return await Promise.all(
    namespaces.map((name) => parallel(() => listAlone(cluster, type, name))),
  );
}

/**
 * Finds them in the list of the whole cluster, which is empty or short for most types.
 *
 * @returns undefined where that takes more than a list for each Namespace, is not allowed or does not tell
 */
async function listTogether(
  cluster: Cluster,
  type: Resource,
  namespaces: readonly string[],
): Promise<readonly Listed[] | undefined> {
  let pagesLeft = Math.floor(namespaces.length / LISTS_PER_PAGE);
  if (pagesLeft === 0) return undefined;
  const found = new Map(namespaces.map((name) => [name, [] as Manifest[]]));
  try {
    for await (const page of cluster.listMetadata(type, undefined)) {
      if (pagesLeft === 0) return undefined;
      pagesLeft -= 1;
      for (const object of page) {
        // Which is not to be had from every extension API server.
        if (object.metadata.namespace === undefined) return undefined;
        found.get(object.metadata.namespace)?.push(object);
      }
    }
  } catch (thrown) {
    // Whatever is wrong, the list of a Namespace tells it, or nothing is wrong there.
    if (thrown instanceof SisyphusError) return undefined;
    throw thrown;
  }
  return namespaces.map((name) => ({ objects: found.get(name) ?? [], unknown: [] }));
}

async function listAlone(cluster: Cluster, type: Resource, namespace: string): Promise<Listed> {
  const objects: Manifest[] = [];
  try {
    for await (const page of cluster.listMetadata(type, namespace)) objects.push(...page);
    return { objects, unknown: [] };
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    // The type was there a moment ago: its definition went, and its objects with it.
    if (thrown instanceof ApiError && thrown.status === 404) return { objects, unknown: [] };
    return { objects, unknown: [`${type.kind}: ${thrown.message}`] };
  }
}
