import { expect, it } from 'vitest';
import { formatRecovered } from './recovered.ts';

it('says what came of each change of an interrupted command', () => {
  const head = 'looked into';
  expect(formatRecovered({ recorded: 1, undone: 0, unknown: 0 })).toBe(
    `${head} 1 change of a command that was interrupted: 1 recorded as the cluster has it`,
  );
  expect(formatRecovered({ recorded: 2, undone: 3, unknown: 1 })).toBe(
    `${head} 6 changes of a command that was interrupted: 2 recorded as the cluster has it, ` +
      '3 did not happen, 1 still open, because the cluster cannot be asked',
  );
});
