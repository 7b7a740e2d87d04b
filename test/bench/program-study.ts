import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sample, sample } from './round.ts';
import { type Bench, openStage } from './stage.ts';
import type { Workload } from './workload.ts';

/** What distinct programs cost: a diff of a repository in which every application has its own. */
export interface ProgramFigures {
  readonly programs: number;
  /** Nothing cached. */
  readonly cold: Sample;
  /** Images cached, results of programs not. */
  readonly evaluated: Sample;
  /** Images and results cached. */
  readonly cached: Sample;
}

/** Measures the same diff with less and less to do for it. */
export async function studyPrograms(bench: Bench, workload: Workload): Promise<ProgramFigures> {
  const stage = await openStage(bench, workload, 'programs');
  await stage.moveImages('a', workload.images);
  const diff = () => sample(bench, workload, () => stage.main.run('diff'));
  const cold = await diff();
  await forgetResults(stage.main.env.SISYPHUS_CACHE);
  const evaluated = await diff();
  const cached = await diff();
  return { programs: workload.images, cold, evaluated, cached };
}

/** Removes the results of programs from a cache and leaves the images. */
async function forgetResults(cache: string): Promise<void> {
  await rm(join(cache, 'programs.log'));
}
