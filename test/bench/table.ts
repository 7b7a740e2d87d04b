import type { Figures, TaskFigures, WorkloadFigures } from './figures.ts';
import type { Sample } from './round.ts';
import type { Spread } from './statistics.ts';
import type { Target } from './targets.ts';
import { ratioOf } from './targets.ts';
import { type TaskName, taskOf } from './tasks.ts';

const header = [
  '',
  'time',
  '(least–most)',
  'CPU',
  'memory',
  'API',
  'lists',
  'registry',
  ': peer',
  ': bare',
];

/** Draws a table for each workload. */
export function drawFigures(figures: Figures): string {
  const { start, workloads, programs, blackHole } = figures;
  const tables = workloads.map((one) => `${describe(one)}\n${drawWorkload(one)}`);
  if (programs !== undefined) {
    const rows = [
      ['sisyphus diff, nothing cached', ...cells(programs.cold)],
      ['sisyphus diff, images cached', ...cells(programs.evaluated)],
      ['sisyphus diff, images and results cached', ...cells(programs.cached)],
    ];
    const title = `programs: ${programs.programs} distinct programs, one application each, once`;
    tables.push(`${title}\n${drawTable([header, ...rows])}`);
  }
  if (blackHole !== undefined) {
    const row = (title: string, spread: Spread) => [title, seconds(spread.median), range(spread)];
    const rows = [
      row('until nine clusters were done, without it', blackHole.aloneMs),
      row('until nine clusters were done, with it', blackHole.besideMs),
      row('until the command ended', blackHole.untilEndMs),
    ];
    tables.push(`black-hole: one of ten clusters swallows everything\n${drawTable(rows)}`);
  }
  const starts = [
    ['sisyphus --help', milliseconds(start.helpMs)],
    ['node -e 0', milliseconds(start.nodeMs)],
  ];
  return [...tables, drawTable(starts)].join('\n\n');
}

/** Draws the targets beside what was reached. */
export function drawTargets(targets: readonly Target[]): string {
  const rows = targets.map(({ title, value, limit, bound, unit, met }) => [
    title,
    quantity(value, unit),
    `${bound} ${quantity(limit, unit)}`,
    met ? 'met' : 'missed',
  ]);
  return drawTable([['target', 'reached', 'limit', ''], ...rows]);
}

function describe({ workload, objects, repetitions }: WorkloadFigures): string {
  const { name, applications, clusters } = workload;
  const place = clusters.length === 1 ? 'one cluster' : `${clusters.length} clusters`;
  const often = repetitions === 1 ? 'once' : `medians of ${repetitions}`;
  return `${name}: ${applications} applications, ${objects} objects, ${place}, ${often}`;
}

function drawWorkload(figures: WorkloadFigures): string {
  const rows = (Object.entries(figures.tasks) as [TaskName, TaskFigures][]).map(
    ([name, measured]) => {
      const { title, against, writesAll } = taskOf(name);
      const ratios = [against, writesAll && ('bareLoop' as const)].map((other) =>
        other ? ratioOf(figures, name, other)?.toFixed(2) : '',
      );
      return [title, ...spreadCells(measured), ...ratios.map((ratio) => ratio ?? '')];
    },
  );
  return drawTable([header, ...rows]);
}

function spreadCells(measured: TaskFigures): string[] {
  const medians = Object.fromEntries(
    Object.entries(measured).map(([quantity, { median }]) => [quantity, median]),
  ) as unknown as Sample;
  const [time = '', , ...rest] = cells(medians);
  return [time, range(measured.wallMs), ...rest];
}

function cells(sample: Sample): string[] {
  const memory = sample.peakRssBytes / 1e6;
  return [
    seconds(sample.wallMs),
    '',
    Number.isNaN(sample.cpuMs) ? '' : seconds(sample.cpuMs),
    Number.isNaN(memory) ? '' : quantity(memory, 'MB'),
    String(Math.round(sample.apiRequests)),
    String(Math.round(sample.apiLists)),
    String(Math.round(sample.registryRequests)),
  ];
}

function range({ min, max }: Spread): string {
  return min === max ? '' : `(${(min / 1000).toFixed(2)}–${(max / 1000).toFixed(2)})`;
}

function quantity(value: number, unit: Target['unit']): string {
  switch (unit) {
    case 'times':
    case 'exponent':
      return value.toFixed(2);
    case 'ms':
      return milliseconds(value);
    case 'requests':
      return String(Math.round(value));
    case 'yes':
      return value === 1 ? 'yes' : 'no';
    default:
      return `${value.toFixed(0)} ${unit}`;
  }
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
