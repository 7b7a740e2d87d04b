import type { BlackHoleFigures } from './black-hole.ts';
import type { ProgramFigures } from './program-study.ts';
import type { Round, Sample } from './round.ts';
import type { Start } from './start-time.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { TaskName } from './tasks.ts';
import type { Workload } from './workload.ts';

/** What all rounds together say of one task, each quantity by itself. */
export type TaskFigures = Readonly<Record<keyof Sample, Spread>>;

/** What was measured with one workload. */
export interface WorkloadFigures {
  readonly workload: Workload;
  readonly objects: number;
  readonly repetitions: number;
  /** In the order in which they were measured. */
  readonly tasks: Readonly<Partial<Record<TaskName, TaskFigures>>>;
}

/** Everything that a run of the benchmark found; what was not asked for is absent. */
export interface Figures {
  readonly start: Start;
  readonly workloads: readonly WorkloadFigures[];
  readonly programs?: ProgramFigures;
  readonly blackHole?: BlackHoleFigures;
}

/** Puts the rounds of one workload together. */
export function summarize(rounds: readonly Round[]): WorkloadFigures['tasks'] {
  const names = Object.keys(rounds[0] ?? {}) as TaskName[];
  return Object.fromEntries(
    names.map((name) => {
      const samples = rounds.flatMap((round) => round[name] ?? []);
      return [name, summarizeSamples(samples)];
    }),
  );
}

function summarizeSamples(samples: readonly Sample[]): TaskFigures {
  const of = (quantity: keyof Sample) => spreadOf(samples.map((sample) => sample[quantity]));
  return {
    wallMs: of('wallMs'),
    cpuMs: of('cpuMs'),
    peakRssBytes: of('peakRssBytes'),
    processes: of('processes'),
    apiRequests: of('apiRequests'),
    apiLists: of('apiLists'),
    apiPages: of('apiPages'),
    registryRequests: of('registryRequests'),
    registryFetches: of('registryFetches'),
  };
}
