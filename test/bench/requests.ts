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
