import pLimit from 'p-limit';
import { ApiError } from '../cluster/errors.ts';
import type { Cluster, Resource } from '../cluster/port.ts';
import { SisyphusError } from '../model/errors.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import type { Inhabitants } from '../plan/guard.ts';
import { findResidents } from '../plan/inhabitants.ts';

const PARALLEL_LISTS = 8;

/**
 * Lists everything that lives in a Namespace and finds what Sisyphus does not track.
 *
 * @param tracked uids of tracked objects, those that were just deleted included
 */
export async function findInhabitants(
  cluster: Cluster,
  namespace: ObjectKey,
  tracked: ReadonlySet<string>,
): Promise<Inhabitants> {
  try {
    const types = (await cluster.resources()).filter((type) => type.namespaced && type.listable);
    const parallel = pLimit(PARALLEL_LISTS);
    const lists = await Promise.all(
      types.map((type) => parallel(() => listType(cluster, type, namespace.name))),
    );
    const objects = lists.flatMap((list) => list.objects);
    return {
      namespace,
      ...findResidents(objects, tracked),
      unknown: lists.flatMap((list) => list.unknown),
    };
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    return { namespace, untracked: [], descendants: [], unknown: [thrown.message] };
  }
}

interface Listed {
  readonly objects: readonly Manifest[];
  readonly unknown: readonly string[];
}

async function listType(cluster: Cluster, type: Resource, namespace: string): Promise<Listed> {
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
