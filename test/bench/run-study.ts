import { execa } from 'execa';
import { startBed } from '../bed/bed.ts';
import { makeScratch, removeScratch } from '../bed/scratch.ts';
import { accessOf } from './bed-access.ts';
import { summarize, type WorkloadFigures } from './figures.ts';
import type { Measure } from './measure.ts';
import { watchRegistry } from './registry-watch.ts';
import { type Round, runRound } from './round.ts';
import type { Bench } from './stage.ts';
import { tasksOf } from './tasks.ts';
import { objectCount, tiny, type Workload } from './workload.ts';

/** What all parts of a run share. */
export interface Run {
  readonly measure: Measure;
  readonly signal: AbortSignal;
  readonly hasKapp: boolean;
  /** Tells a person who waits what is going on. */
  readonly tell: (text: string) => void;
}

/** Whether kapp can be compared with. */
export async function findKapp(): Promise<boolean> {
  const { failed } = await execa('kapp', ['version'], { reject: false });
  return !failed;
}

/** Measures a workload task by task, as often as is said. */
export async function measureWorkload(
  run: Run,
  workload: Workload,
  repetitions: number,
): Promise<WorkloadFigures> {
  const names = tasksOf(workload, { kapp: run.hasKapp });
  const rounds = await onOwnBed(run, workload.clusters, async (bench) => {
    const done: Round[] = [];
    for (let i = 1; i <= repetitions; i += 1) {
      run.tell(`${workload.name}, round ${i} of ${repetitions}`);
      done.push(await runRound(bench, workload, `round-${i}`, names));
    }
    return done;
  });
  const tasks = summarize(rounds);
  return { workload, objects: objectCount(workload), repetitions, tasks };
}

/**
 * Runs a study on a bed that has seen nothing but a little to warm it up. It has API servers alone:
 * controllers would compete for the processor, for kubectl as for sisyphus.
 */
export async function onOwnBed<T>(
  { measure, signal, tell }: Run,
  clusters: readonly string[],
  study: (bench: Bench) => Promise<T>,
): Promise<T> {
  tell(`starting ${clusters.length === 1 ? 'a cluster' : `${clusters.length} clusters`}`);
  const bed = await startBed({ clusters, nodes: false, signal });
  const scratch = await makeScratch('bench');
  const registry = await watchRegistry(bed.registry);
  try {
    const bench = { bed, clusters: await accessOf(bed), registry, measure, scratch };
    const warmUp = tiny(clusters);
    await runRound(bench, warmUp, 'warm-up', tasksOf(warmUp, { kapp: false }));
    return await study(bench);
  } finally {
    await registry.stop();
    await bed.stop();
    await removeScratch(scratch);
  }
}
