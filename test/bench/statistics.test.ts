import { expect, it } from 'vitest';
import { growthExponent, median, spreadOf } from './statistics.ts';

it('takes the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([7])).toBe(7);
});

it('gives the least and the most beside the median', () => {
  expect(spreadOf([3, 10, 2])).toEqual({ median: 3, min: 2, max: 10 });
});

it('finds the exponent of a power law', () => {
  const of = (exponent: number) =>
    [10, 100, 1_000].map((size) => ({ size, cost: 0.3 * size ** exponent }));
  expect(growthExponent(of(1))).toBeCloseTo(1, 10);
  expect(growthExponent(of(1.5))).toBeCloseTo(1.5, 10);
  expect(growthExponent(of(0))).toBeCloseTo(0, 10);
});

it('fits the line with the least squares where points lie beside it', () => {
  // Worked by hand: logarithms to base 10 are (1, 0), (2, 2), (3, 3), whose slope is 1.5.
  const points = [
    { size: 10, cost: 1 },
    { size: 100, cost: 100 },
    { size: 1_000, cost: 1_000 },
  ];
  expect(growthExponent(points)).toBeCloseTo(1.5, 10);
});

it('knows no exponent of a single size', () => {
  expect(growthExponent([{ size: 10, cost: 1 }])).toBeNaN();
});
