import type { Measurement } from './measure.ts';
import type { RegistryWatch } from './registry-watch.ts';
import { countPages, countRequests } from './requests.ts';
import { type Bench, openStage } from './stage.ts';
import { type TaskName, taskOf } from './tasks.ts';
import { kindsOf, type Workload } from './workload.ts';

/** What a task took, over all the processes it needs. */
export interface Sample extends Measurement {
  /** Requests for objects that API servers answered meanwhile. */
  readonly apiRequests: number;
  /** Of these, pages of lists. */
  readonly apiLists: number;
  /** Pages of one list of each of the workload's kinds; 0 where nothing was listed. */
  readonly apiPages: number;
  /** Requests to the registry. */
  readonly registryRequests: number;
  /** Of these, those that brought content: manifests and blobs. */
  readonly registryFetches: number;
}

/** One round: every task of the workload once. */
export type Round = Readonly<Partial<Record<TaskName, Sample>>>;

/** Runs every task once. */
export async function runRound(
  bench: Bench,
  workload: Workload,
  name: string,
  names: readonly TaskName[],
): Promise<Round> {
  const stage = await openStage(bench, workload, name);
  const round: Partial<Record<TaskName, Sample>> = {};
  for (const task of names) {
    const { before, run } = taskOf(task);
    await before?.(stage);
    round[task] = await sample(bench, workload, () => run(stage));
  }
  return round;
}

/** Measures a piece of work together with the requests it makes. */
export async function sample(
  bench: Bench,
  workload: Workload,
  work: () => Promise<Measurement>,
): Promise<Sample> {
  const before = await countRequests(bench.clusters);
  const seenBefore = bench.registry.seen.length;
  const { wallMs, cpuMs, peakRssBytes, processes } = await work();
  const after = await countRequests(bench.clusters);
  const seen = bench.registry.seen.slice(seenBefore);
  const apiLists = after.lists - before.lists;
  const kinds = Object.keys(kindsOf(workload));
  return {
    wallMs,
    cpuMs,
    peakRssBytes,
    processes,
    apiRequests: after.all - before.all,
    apiLists,
    apiPages: apiLists > 0 ? await countPages(bench.clusters, kinds) : 0,
    registryRequests: seen.length,
    registryFetches: seen.filter(bringsContent).length,
  };
}

/** A HEAD tells only which digest a tag has. */
function bringsContent({ method, path }: RegistryWatch['seen'][number]): boolean {
  return method === 'GET' && path !== '/v2/';
}
