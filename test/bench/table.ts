import type { Figures, Target } from './figures.ts';
import { type Sample, type Task, taskTitles } from './round.ts';
import type { Start } from './start-time.ts';

/** Draws the figures of all tasks, and the targets with what was reached. */
export function drawFigures(figures: Figures, start: Start, targets: readonly Target[]): string {
  const tasks = Object.keys(taskTitles) as Task[];
  const rows = tasks.map((task) => [taskTitles[task], ...cells(figures[task])]);
  const starts = [
    ['sisyphus --help', milliseconds(start.helpMs)],
    ['node -e 0', milliseconds(start.nodeMs)],
  ];
  const header = ['', 'time', 'CPU', 'peak memory', 'requests'];
  const reached = targets.map(({ title, value, limit, unit, met }) => [
    title,
    quantity(value, unit),
    `at most ${quantity(limit, unit)}`,
    met ? 'met' : 'missed',
  ]);
  return `${drawTable([header, ...rows, ...starts])}\n\n${drawTable([['target', 'reached', 'limit', ''], ...reached])}\n`;
}

function cells({ wallMs, cpuMs, peakRssBytes, requests }: Sample): string[] {
  const memory = quantity(peakRssBytes / 1e6, 'MB');
  return [seconds(wallMs), seconds(cpuMs), memory, String(Math.round(requests))];
}

function quantity(value: number, unit: Target['unit']): string {
  if (unit === 'times') return value.toFixed(2);
  return unit === 'ms' ? milliseconds(value) : `${value.toFixed(0)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

/** The first column to the left, numbers to the right. */
function drawTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(align).join('   ').trimEnd()).join('\n');
}
