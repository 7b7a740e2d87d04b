import { collectionPath } from '../../src/cluster/api-path.ts';
import { DEFAULT_LIMITS } from '../../src/cluster/limits.ts';
import { WELL_KNOWN } from '../../src/cluster/well-known.ts';
import { callApi } from '../bed/api-call.ts';
import type { ClusterAccess } from '../bed/kubeconfig.ts';

/** Requests for objects that API servers have answered. */
export interface ApiRequests {
  readonly all: number;
  /** Of these, lists: each page is one. */
  readonly lists: number;
}

/** The types of all workloads' objects; nobody else in a bed without nodes asks for them often. */
const resources = 'namespaces|secrets|services|deployments|configmaps|serviceaccounts';
const sample = new RegExp(
  `^apiserver_request_total\\{.*resource="(?:${resources})".*verb="(\\w+)".*\\} ([0-9.e+]+)$`,
  'gm',
);

/**
 * How many requests for objects of the workloads' types the API servers have answered so far, by
 * their own count. Watches are left out: the servers' own caches hold some open.
 */
export async function countRequests(clusters: readonly ClusterAccess[]): Promise<ApiRequests> {
  const answers = await Promise.all(clusters.map((one) => callApi(one, 'GET', '/metrics')));
  const counts = answers.flatMap(({ body }) =>
    [...String(body).matchAll(sample)].map(([, verb, count]) => ({ verb, count: Number(count) })),
  );
  const sum = (fits: (verb: string | undefined) => boolean) =>
    counts.reduce((total, { verb, count }) => total + (fits(verb) ? count : 0), 0);
  return { all: sum((verb) => verb !== 'WATCH'), lists: sum((verb) => verb === 'LIST') };
}

/** How many pages one list of each of these kinds is, over all clusters: everybody's objects are in it. */
export async function countPages(
  clusters: readonly ClusterAccess[],
  kinds: readonly string[],
): Promise<number> {
  const types = WELL_KNOWN.filter(({ kind }) => kinds.includes(kind));
  const ask = async (access: ClusterAccess, path: string) => {
    const { body } = await callApi(access, 'GET', path);
    const { items, metadata } = body as {
      items: readonly unknown[];
      metadata: { remainingItemCount?: number };
    };
    return Math.ceil((items.length + (metadata.remainingItemCount ?? 0)) / DEFAULT_LIMITS.pageSize);
  };
  const pages = await Promise.all(
    clusters.flatMap((access) =>
      types.map((type) => ask(access, collectionPath(type, '', { limit: '1' }))),
    ),
  );
  return pages.reduce((sum, count) => sum + count, 0);
}
