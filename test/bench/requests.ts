import type { Bed } from '../bed/bed.ts';

/** The types of the workload's objects; nobody else in a bed without nodes asks for them often. */
const resources = 'namespaces|secrets|services|deployments';
const sample = new RegExp(
  `^apiserver_request_total\\{.*resource="(?:${resources})".*\\} ([0-9.e+]+)$`,
  'gm',
);

/**
 * How many requests for objects of the workload's types the API servers have answered so far, by
 * their own count.
 */
export async function countRequests(bed: Bed): Promise<number> {
  const texts = await Promise.all(
    bed.contexts.map((context) => bed.kubectl(['--context', context, 'get', '--raw', '/metrics'])),
  );
  const counts = texts.flatMap((text) =>
    [...text.matchAll(sample)].map((match) => Number(match[1])),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
