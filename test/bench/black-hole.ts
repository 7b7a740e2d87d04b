import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { sisyphusCommand } from '../bed/commands.ts';
import { startTcpProxy } from '../bed/tcp-proxy.ts';
import { type Bench, openStage } from './stage.ts';
import { type Spread, spreadOf } from './statistics.ts';
import { objectCount, type Workload } from './workload.ts';

/** What one cluster that swallows everything does to the others. */
export interface BlackHoleFigures {
  /** From the start until the last change of the other clusters has ended, without the lost one. */
  readonly aloneMs: Spread;
  /** The same with it. */
  readonly besideMs: Spread;
  /** Until the command ended. */
  readonly untilEndMs: Spread;
  /** Whether the command always said which cluster was lost, and failed. */
  readonly reported: boolean;
}

interface Push {
  readonly lastMs: number;
  readonly endMs: number;
  readonly applied: number;
  readonly reported: boolean;
}

/** Compares as often as is said, by turns. */
export async function studyBlackHole(
  bench: Bench,
  workload: Workload,
  repetitions: number,
): Promise<BlackHoleFigures> {
  const pairs: (readonly [Push, Push])[] = [];
  for (let i = 1; i <= repetitions; i += 1) {
    pairs.push(await comparePushes(bench, workload, `hole-${i}`));
  }
  return {
    aloneMs: spreadOf(pairs.map(([alone]) => alone.lastMs)),
    besideMs: spreadOf(pairs.map(([, beside]) => beside.lastMs)),
    untilEndMs: spreadOf(pairs.map(([, beside]) => beside.endMs)),
    reported: pairs.every(([, beside]) => beside.reported),
  };
}

/** Pushes to all clusters but one, then to all, of which that one is behind a proxy that swallows. */
async function comparePushes(bench: Bench, workload: Workload, name: string) {
  const [lost = '', ...others] = [...workload.clusters].reverse();
  const target = bench.clusters.find(({ name }) => name === lost);
  const proxy = await startTcpProxy(Number(new URL(target?.server ?? '').port));
  try {
    const kubeconfig = join(bench.scratch, `${name}.kubeconfig`);
    await redirect(bench.bed.kubeconfigPath, kubeconfig, lost, `https://127.0.0.1:${proxy.port}`);
    const stage = await openStage(bench, workload, name);
    await stage.moveImages('a', workload.images);
    // Neither of the two is to pay for images and programs.
    await stage.render();
    const filter = others.flatMap((name) => ['--cluster', name]);
    const env = (repository: { readonly env: object }) => ({
      ...repository.env,
      KUBECONFIG: kubeconfig,
    });
    const alone = await timePush(stage.main.directory, filter, env(stage.main), lost);
    proxy.freeze();
    const beside = await timePush(stage.other.directory, [], env(stage.other), lost);
    const expected = (objectCount(workload) / workload.clusters.length) * others.length;
    for (const { applied } of [alone, beside]) {
      if (applied !== expected) throw new Error(`${applied} changes instead of ${expected}`);
    }
    return [alone, beside] as const;
  } finally {
    await proxy.stop();
  }
}

/** Copies a kubeconfig; one of its clusters is reached by another way. */
async function redirect(from: string, to: string, cluster: string, server: string): Promise<void> {
  const config = parse(await readFile(from, 'utf8')) as {
    clusters: { name: string; cluster: { server: string } }[];
  };
  for (const one of config.clusters) if (one.name === cluster) one.cluster.server = server;
  await writeFile(to, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}

async function timePush(
  directory: string,
  filter: readonly string[],
  env: Readonly<Record<string, string>>,
  lost: string,
): Promise<Push> {
  const [program = '', ...script] = sisyphusCommand;
  const beganAtMs = performance.now();
  const push = execa(program, [...script, 'push', directory, '--yes', '-o', 'json', ...filter], {
    env,
    reject: false,
    buffer: { stdout: false },
  });
  let [lastMs, applied, namesLost] = [0, 0, false];
  for await (const text of createInterface({ input: push.stdout })) {
    const line = JSON.parse(text) as { type: string; cluster?: string; outcome?: string };
    const isOfLost = line.cluster === lost;
    if (line.type === 'finished' && line.outcome === 'applied' && !isOfLost) {
      lastMs = performance.now() - beganAtMs;
      applied += 1;
    }
    namesLost ||= isOfLost && line.type === 'finished' && line.outcome !== 'applied';
    namesLost ||= line.type === 'plan' && JSON.stringify(line).includes(`"cluster":"${lost}"`);
  }
  const { exitCode } = await push;
  const reported = exitCode === 1 && namesLost;
  return { lastMs, endMs: performance.now() - beganAtMs, applied, reported };
}
