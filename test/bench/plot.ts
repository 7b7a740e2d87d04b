import type { Point } from './statistics.ts';

/** One line of a plot. */
export interface Series {
  readonly title: string;
  /** A colour as SVG names it. */
  readonly color: string;
  /** Drawn with gaps: what is only for comparison. */
  readonly dashed: boolean;
  /** By size, above 0 both. */
  readonly points: readonly Point[];
}

/** What a plot says beside its lines. */
export interface PlotText {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const width = 760;
const height = 460;
const frame = { left: 70, top: 50, right: 270, bottom: 60 };
/** Two labels nearer to each other than this could not be read. */
const labelHeight = 16;

/** Draws lines over logarithmic axes, in which a power law is a straight line, as SVG. */
export function drawPlot(text: PlotText, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const x = axis(
    points.map(({ size }) => size),
    frame.left,
    width - frame.right,
  );
  const y = axis(
    points.map(({ cost }) => cost),
    height - frame.bottom,
    frame.top,
  );
  const labels = spreadLabels(series.map((one) => y.at(one.points.at(-1)?.cost ?? Number.NaN)));
  const parts = [
    `<title>${escapeText(text.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    label(frame.left, 24, text.title, 'font-weight="bold"'),
    ...x.ticks.flatMap((tick) => [
      line(x.at(tick), frame.top, x.at(tick), height - frame.bottom),
      label(x.at(tick), height - frame.bottom + 18, format(tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      line(frame.left, y.at(tick), width - frame.right, y.at(tick)),
      label(frame.left - 8, y.at(tick) + 4, format(tick), 'text-anchor="end"'),
    ]),
    label((frame.left + width - frame.right) / 2, height - 18, text.x, 'text-anchor="middle"'),
    label(12, frame.top - 12, text.y, ''),
    ...series.flatMap((one, i) => drawSeries(one, x, y, labels[i] ?? Number.NaN)),
  ];
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`;
  return `${[open, ...parts, '</svg>'].join('\n')}\n`;
}

interface Axis {
  /** Powers of ten around all values. */
  readonly ticks: readonly number[];
  /** Where a value lies. */
  at(value: number): number;
}

function axis(values: readonly number[], from: number, to: number): Axis {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(Math.ceil(Math.log10(Math.max(...values))), first + 1);
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`)),
    at: (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  };
}

function drawSeries({ title, color, dashed, points }: Series, x: Axis, y: Axis, labelY: number) {
  const at = points.map(({ size, cost }) => `${round(x.at(size))},${round(y.at(cost))}`);
  const last = points.at(-1)?.size ?? Number.NaN;
  return [
    `<polyline points="${at.join(' ')}" fill="none" stroke="${color}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/>`,
    ...at.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`;
    }),
    label(x.at(last) + 10, labelY + 4, title, `fill="${color}"`),
  ];
}

/** Moves labels apart, downwards, where they would cover each other; keeps their order. */
function spreadLabels(wanted: readonly number[]): number[] {
  const placed: number[] = [...wanted];
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  let free = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    placed[i] = Math.max(wanted[i] ?? 0, free);
    free = (placed[i] ?? 0) + labelHeight;
  }
  return placed;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#ddd"/>`;
}

function label(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeText(text)}</text>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 6 });
}

function round(value: number): string {
  return value.toFixed(1);
}
