import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bed } from '../bed/bed.ts';
import { kubectlCommand, sisyphusCommand } from '../bed/commands.ts';
import { writeManifests } from './manifests.ts';
import type { Measure, Measured, Measurement } from './measure.ts';
import { countRequests } from './requests.ts';
import { objectCount, pushImages, workload, writeRepository } from './workload.ts';

/** What is measured, in the order in which it is printed. */
export const taskTitles = {
  pushCold: 'sisyphus push, first, nothing cached',
  pushWarm: 'sisyphus push, first, images and programs cached',
  applyFirst: 'kubectl apply, first',
  diffNothing: 'sisyphus diff, nothing to do',
  pushNothing: 'sisyphus push, nothing to do',
  kubectlDiffNothing: 'kubectl diff, nothing to do',
  applyNothing: 'kubectl apply, nothing to do',
  pushOne: 'sisyphus push, one image moved',
  pushAll: 'sisyphus push, all images moved',
  applyAll: 'kubectl apply, all images moved',
} as const;

export type Task = keyof typeof taskTitles;

/** What a task took, over all the processes it needs. */
export interface Sample extends Measurement {
  /** Requests for objects that the API servers answered meanwhile. */
  readonly requests: number;
}

/** One round: every task once. */
export type Round = Readonly<Record<Task, Sample>>;

/** What a round works with. */
export interface Bench {
  readonly bed: Bed;
  readonly measure: Measure;
  /** For the files of all rounds. */
  readonly scratch: string;
}

/**
 * Runs every task once. Each push that is called first goes to namespaces that no cluster has seen,
 * with a database of its own; sisyphus and kubectl take turns, so that both meet the same clusters.
 * @param name differs from round to round
 */
export async function runRound(bench: Bench, name: string): Promise<Round> {
  const folder = join(bench.scratch, name);
  await mkdir(folder);
  const { registry } = bench.bed;
  const cold = await openRepository(bench, folder, `${name}-cold`);
  const warm = await openRepository(bench, folder, `${name}-warm`);
  // Never pushed: its plan is what kubectl applies.
  const rendered = await openRepository(bench, folder, `${name}-kubectl`);
  const manifests = async () => {
    const { stdout } = await rendered.run('diff', '--output', 'json', '--full');
    const pathOf = (cluster: string) => join(folder, `${cluster}.json`);
    return writeManifests(stdout, workload.clusters, pathOf);
  };
  const kubectl = (files: readonly string[], ...args: readonly string[]) =>
    inEachCluster(bench, files, args);
  const apply = ['apply', '--server-side', '--output', 'name'];

  await pushImages(registry, `${name}-a`);
  const pushCold = await sample(bench, () => cold.push(objectCount));
  let files = await manifests();
  const applyFirst = await sample(bench, () => kubectl(files, ...apply));
  const pushWarm = await sample(bench, () => warm.push(objectCount));
  const applyNothing = await sample(bench, () => kubectl(files, ...apply));
  const diffNothing = await sample(bench, () => warm.run('diff', '--exit-code'));
  const kubectlDiffNothing = await sample(bench, () => kubectl(files, 'diff', '--server-side'));
  const pushNothing = await sample(bench, () => warm.push(0));
  await pushImages(registry, `${name}-b`, 1);
  const pushOne = await sample(bench, () => warm.push(deploymentsOf(1)));
  await pushImages(registry, `${name}-c`);
  const pushAll = await sample(bench, () => warm.push(deploymentsOf(workload.images)));
  files = await manifests();
  const applyAll = await sample(bench, () => kubectl(files, ...apply));
  return {
    pushCold,
    pushWarm,
    applyFirst,
    diffNothing,
    pushNothing,
    kubectlDiffNothing,
    applyNothing,
    pushOne,
    pushAll,
    applyAll,
  };
}

/** How many Deployments use so many images. */
function deploymentsOf(images: number): number {
  return (images / workload.images) * workload.applications * workload.clusters.length;
}

/** A repository of the workload with a database of its own; all of a round share a cache. */
async function openRepository(bench: Bench, folder: string, prefix: string) {
  const directory = join(folder, prefix);
  await writeRepository(directory, prefix, bench.bed.registry);
  const env = {
    KUBECONFIG: bench.bed.kubeconfigPath,
    SISYPHUS_CACHE: join(folder, 'cache'),
    DATABASE_URL: `sqlite:${directory}.db`,
  };
  const run = (command: string, ...args: readonly string[]) =>
    bench.measure([...sisyphusCommand, command, directory, ...args], env);
  return {
    run,
    /** Pushes, and makes sure that as much was applied as there is to apply. */
    async push(expected: number): Promise<Measured> {
      const measured = await run('push', '--yes');
      const applied = Number(/Applied (\d+) changes/.exec(measured.stdout)?.[1] ?? 0);
      if (applied !== expected) {
        throw new Error(`a push applied ${applied} changes instead of ${expected}`);
      }
      return measured;
    },
  };
}

/** Runs kubectl in one cluster after the other, as a script would. */
async function inEachCluster(
  { bed, measure }: Bench,
  files: readonly string[],
  args: readonly string[],
): Promise<Measurement> {
  const kubectl = [...kubectlCommand(bed), '--context'];
  let total: Measurement = { wallMs: 0, cpuMs: 0, peakRssBytes: 0 };
  for (const [i, context] of workload.clusters.entries()) {
    const file = files[i] ?? '';
    const one = await measure([...kubectl, context, ...args, '--filename', file]);
    total = {
      wallMs: total.wallMs + one.wallMs,
      cpuMs: total.cpuMs + one.cpuMs,
      peakRssBytes: Math.max(total.peakRssBytes, one.peakRssBytes),
    };
  }
  return total;
}

async function sample({ bed }: Bench, task: () => Promise<Measurement>): Promise<Sample> {
  const before = await countRequests(bed);
  const { wallMs, cpuMs, peakRssBytes } = await task();
  const requests = (await countRequests(bed)) - before;
  return { wallMs, cpuMs, peakRssBytes, requests };
}
