import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bed } from '../bed/bed.ts';
import { kubectlCommand, sisyphusCommand } from '../bed/commands.ts';
import type { ClusterAccess } from '../bed/kubeconfig.ts';
import { runBareLoop } from './bare-loop.ts';
import { makeDrift } from './drift.ts';
import { pushImages } from './images.ts';
import { type Manifests, moveNamespaces, readManifests, writeList } from './manifests.ts';
import type { Measure, Measured, Measurement } from './measure.ts';
import type { RegistryWatch } from './registry-watch.ts';
import { changeOneFile, emptyRepository, writeRepository } from './repository.ts';
import type { Workload } from './workload.ts';

/** What all rounds of a workload work with. */
export interface Bench {
  readonly bed: Bed;
  readonly clusters: readonly ClusterAccess[];
  /** Between sisyphus and the registry, to see its requests. */
  readonly registry: RegistryWatch;
  readonly measure: Measure;
  /** For the files of all rounds. */
  readonly scratch: string;
}

/** Where one round of a workload takes place. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/**
 * Sets up what a round needs: repositories, none of which has been pushed.
 * @param name differs from round to round
 */
export async function openStage(bench: Bench, workload: Workload, name: string) {
  const folder = join(bench.scratch, name);
  await mkdir(folder);
  const open = (prefix: string) => openRepository(bench, workload, folder, prefix);
  const main = await open(`${name}-main`);
  const other = await open(`${name}-other`);
  // Never pushed: its plan is what the peers apply.
  const rendered = await open(`${name}-peers`);
  let manifests: Manifests = {};
  let drifted = 0;
  const fileOf = (cluster: string, peer: 'kubectl' | 'kapp') =>
    join(folder, `${cluster}-${peer}.json`);
  const inEachCluster = (command: (cluster: string) => readonly string[]) =>
    measureEach(bench.measure, workload.clusters, command);
  return {
    workload,
    main,
    other,
    /** How many objects the last drift changed. */
    get drifted() {
      return drifted;
    },
    moveImages(version: string, count: number): Promise<void> {
      return pushImages(bench.bed.registry, `${name}-${version}`, count);
    },
    /** Writes the workload's objects, as its images are by now, for the peers. */
    async render(): Promise<void> {
      const { stdout } = await rendered.run('diff', '--output', 'json', '--full');
      manifests = readManifests(stdout, workload.clusters);
      for (const one of workload.clusters) await writeList(fileOf(one, 'kubectl'), manifests[one]);
    },
    kubectl(...args: readonly string[]): Promise<Measurement> {
      const kubectl = kubectlCommand(bench.bed);
      return inEachCluster((one) => [
        ...kubectl,
        ...['--context', one],
        ...args,
        ...['--filename', fileOf(one, 'kubectl')],
      ]);
    },
    /** Writes the same objects for kapp, in namespaces that kubectl has not filled. */
    async prepareKapp(): Promise<void> {
      const moved = moveNamespaces(manifests, rendered.prefix, `${name}-kapp`);
      for (const one of workload.clusters) await writeList(fileOf(one, 'kapp'), moved[one]);
    },
    kapp(): Promise<Measurement> {
      return inEachCluster((one) => [
        ...['kapp', 'deploy', '--yes', '--wait=false', '--app', name],
        ...['--file', fileOf(one, 'kapp')],
        ...['--kubeconfig', bench.bed.kubeconfigPath, '--kubeconfig-context', one],
      ]);
    },
    async bareLoop(): Promise<Measurement> {
      const moved = moveNamespaces(manifests, rendered.prefix, `${name}-bare`);
      const wallMs = await runBareLoop(bench.clusters, moved);
      return { wallMs, cpuMs: Number.NaN, peakRssBytes: Number.NaN, processes: 0 };
    },
    changeYaml: () => changeOneFile(main.directory, workload, main),
    async makeDrift(): Promise<void> {
      const own = moveNamespaces(manifests, rendered.prefix, main.prefix);
      drifted = await makeDrift(bench.clusters, own);
    },
    declareNothing: () => emptyRepository(main.directory),
  };
}

/** A repository of the workload with a database of its own; all of a round share a cache. */
async function openRepository(bench: Bench, workload: Workload, folder: string, prefix: string) {
  const directory = join(folder, prefix);
  const registryUrl = bench.registry.url;
  await writeRepository(directory, workload, { prefix, registryUrl });
  const env = {
    KUBECONFIG: bench.bed.kubeconfigPath,
    SISYPHUS_CACHE: join(folder, 'cache'),
    DATABASE_URL: `sqlite:${directory}.db`,
  };
  const run = (command: string, ...args: readonly string[]): Promise<Measured> =>
    bench.measure([...sisyphusCommand, command, directory, ...args], env);
  return {
    directory,
    prefix,
    registryUrl,
    env,
    run,
    /** Pushes, and makes sure that as much was applied as there is to apply. */
    async push(expected: number, ...args: readonly string[]): Promise<Measured> {
      const measured = await run('push', '--yes', ...args);
      const applied = Number(/Applied (\d+) changes?/.exec(measured.stdout)?.[1] ?? 0);
      assertCount('a push applied', applied, expected);
      return measured;
    },
    /** Refreshes, and makes sure that as much has drifted. */
    async refresh(expected: number): Promise<Measured> {
      const measured = await run('refresh', '--output', 'json');
      const [summary = ''] = measured.stdout.split('\n', 1);
      const { counts } = JSON.parse(summary) as { counts: { drifted: number } };
      assertCount('a refresh found drifted', counts.drifted, expected);
      return measured;
    },
  };
}

function assertCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what} ${found} instead of ${expected}`);
}

/** Runs a command for one cluster after the other, as a script would. */
async function measureEach(
  measure: Measure,
  clusters: readonly string[],
  command: (cluster: string) => readonly string[],
): Promise<Measurement> {
  let total: Measurement = { wallMs: 0, cpuMs: 0, peakRssBytes: 0, processes: 0 };
  for (const cluster of clusters) {
    const one = await measure(command(cluster));
    total = {
      wallMs: total.wallMs + one.wallMs,
      cpuMs: total.cpuMs + one.cpuMs,
      peakRssBytes: Math.max(total.peakRssBytes, one.peakRssBytes),
      processes: Math.max(total.processes, one.processes),
    };
  }
  return total;
}
