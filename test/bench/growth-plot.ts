import type { WorkloadFigures } from './figures.ts';
import { drawPlot, type Series } from './plot.ts';
import type { TaskName } from './tasks.ts';

const lines: readonly (Omit<Series, 'points'> & { readonly task: TaskName })[] = [
  { task: 'pushFirst', title: 'sisyphus, first push', color: '#1668b8', dashed: false },
  { task: 'pushNothing', title: 'sisyphus, nothing to do', color: '#2a9d4a', dashed: false },
  {
    task: 'pushNothingLive',
    title: 'sisyphus --live, nothing to do',
    color: '#7a5cc4',
    dashed: false,
  },
  { task: 'applyFirst', title: 'kubectl apply, first', color: '#c0392b', dashed: true },
  { task: 'applyNothing', title: 'kubectl apply, nothing to do', color: '#d98324', dashed: true },
  { task: 'bareLoop', title: 'bare loop: the API server alone', color: '#555555', dashed: true },
];

/** Draws cost against size, of the workloads that differ in nothing else. */
export function drawGrowth(workloads: readonly WorkloadFigures[]): string {
  const sizes = workloads.filter(({ workload }) => workload.name.startsWith('scale-'));
  const series = lines.map(({ task, ...line }) => ({
    ...line,
    points: sizes.flatMap(({ objects, tasks }) => {
      const figures = tasks[task];
      return figures ? [{ size: objects, cost: figures.wallMs.median / 1000 }] : [];
    }),
  }));
  const text = {
    title: 'Cost against size',
    x: 'objects, four for each application',
    y: 'seconds',
  };
  return drawPlot(
    text,
    series.filter(({ points }) => points.length > 0),
  );
}
