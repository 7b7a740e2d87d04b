import { expect, it } from 'vitest';
import { formatDuration } from './words.ts';

it('prints durations in seconds, and longer ones in minutes', () => {
  expect([0, 49, 212, 59_949].map(formatDuration)).toEqual(['0.0 s', '0.0 s', '0.2 s', '59.9 s']);
  expect([59_951, 125_000].map(formatDuration)).toEqual(['1 min 0 s', '2 min 5 s']);
});
