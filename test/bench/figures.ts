import { median } from './median.ts';
import { type Round, type Sample, type Task, taskTitles } from './round.ts';
import type { Start } from './start-time.ts';

/** What all rounds together say of one task: medians. */
export type Figures = Readonly<Record<Task, Sample>>;

/** A figure that has to be reached, and whether it is. */
export interface Target {
  readonly title: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: 'times' | 'MB' | 'ms';
  readonly met: boolean;
}

/** The median of each task over all rounds, each quantity by itself. */
export function summarize(rounds: readonly Round[]): Figures {
  const tasks = Object.keys(taskTitles) as Task[];
  return Object.fromEntries(
    tasks.map((task) => {
      const of = (quantity: keyof Sample) => median(rounds.map((round) => round[task][quantity]));
      const figure: Sample = {
        wallMs: of('wallMs'),
        cpuMs: of('cpuMs'),
        peakRssBytes: of('peakRssBytes'),
        requests: of('requests'),
      };
      return [task, figure];
    }),
  ) as Record<Task, Sample>;
}

/** The targets of the project, beside what was reached. */
export function checkTargets(figures: Figures, start: Start): Target[] {
  const ratio = (ours: Task, theirs: Task) => figures[ours].wallMs / figures[theirs].wallMs;
  const ours = (Object.keys(taskTitles) as Task[]).filter((task) => !/^(apply|kubectl)/.test(task));
  const peakMb = Math.max(...ours.map((task) => figures[task].peakRssBytes)) / 1e6;
  const target = (title: string, value: number, limit: number, unit: Target['unit']) => ({
    title,
    value,
    limit,
    unit,
    met: value <= limit,
  });
  return [
    target(
      'first push, nothing cached : kubectl apply of both',
      ratio('pushCold', 'applyFirst'),
      1,
      'times',
    ),
    target(
      'first push, cached : kubectl apply of both',
      ratio('pushWarm', 'applyFirst'),
      1,
      'times',
    ),
    target(
      'nothing-to-do diff : kubectl diff of both',
      ratio('diffNothing', 'kubectlDiffNothing'),
      0.5,
      'times',
    ),
    target('peak memory of any sisyphus process', peakMb, 250, 'MB'),
    target('sisyphus --help', start.helpMs, 150, 'ms'),
  ];
}
