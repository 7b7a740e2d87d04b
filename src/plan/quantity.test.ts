import { expect, it } from 'vitest';
import { isSameQuantity } from './quantity.ts';

it.each([
  ['1000m', '1'],
  [1, '1'],
  [0.5, '500m'],
  ['0.1', '100m'],
  ['1024Mi', '1Gi'],
  ['1e3', '1k'],
  ['1E', '1000P'],
  ['129M', '129000000'],
])('%s is the same quantity as %s', (a, b) => {
  expect(isSameQuantity(a, b)).toBe(true);
});

it.each([
  ['1', '1001m'],
  ['1G', '1Gi'],
  ['1', undefined],
  ['one', 'one'],
  ['', ''],
])('%s is another quantity than %s', (a, b) => {
  expect(isSameQuantity(a, b)).toBe(false);
});
