import { expect, it } from 'vitest';
import { drawPlot, type Series } from './plot.ts';

const text = { title: 'Cost', x: 'objects', y: 'seconds' };
const line = (exponent: number, rest: Partial<Series> = {}): Series => ({
  title: 'ours',
  color: 'blue',
  dashed: false,
  points: [10, 100, 1_000].map((size) => ({ size, cost: 0.01 * size ** exponent })),
  ...rest,
});

function pointsOf(svg: string): { x: number; y: number }[] {
  const [, points = ''] = /<polyline points="([^"]*)"/.exec(svg) ?? [];
  return points.split(' ').map((point) => {
    const [x = Number.NaN, y = Number.NaN] = point.split(',').map(Number);
    return { x, y };
  });
}

it('draws a power law as a straight line that rises to the right', () => {
  const [a, b, c] = pointsOf(drawPlot(text, [line(1)]));
  expect((b?.x ?? 0) - (a?.x ?? 0)).toBeCloseTo((c?.x ?? 0) - (b?.x ?? 0), 0);
  expect((a?.y ?? 0) - (b?.y ?? 0)).toBeCloseTo((b?.y ?? 0) - (c?.y ?? 0), 0);
  expect(c?.y).toBeLessThan(a?.y ?? 0);
});

it('marks the powers of ten around all values on both axes', () => {
  const svg = drawPlot(text, [line(1)]);
  for (const tick of ['10', '100', '1,000', '0.1', '1']) expect(svg).toContain(`>${tick}</text>`);
  expect(svg).not.toContain('>10,000</text>');
});

it('draws a single point, too', () => {
  expect(drawPlot(text, [line(1, { points: [{ size: 10, cost: 1 }] })])).not.toContain('NaN');
});

it('keeps labels of lines that end together apart', () => {
  const svg = drawPlot(text, [line(1, { title: 'one' }), line(1, { title: 'other' })]);
  const yOf = (title: string) => Number(new RegExp(`y="([\\d.]+)" [^>]*>${title}<`).exec(svg)?.[1]);
  expect(Math.abs(yOf('one') - yOf('other'))).toBeGreaterThanOrEqual(12);
});

it('says what the axes are, and escapes what XML would take for its own', () => {
  const svg = drawPlot({ title: 'a < b & c', x: 'objects', y: 'seconds' }, [line(1)]);
  expect(svg).toContain('>a &lt; b &amp; c</text>');
  expect(svg).toContain('>objects</text>');
  expect(svg).toContain('>seconds</text>');
});
