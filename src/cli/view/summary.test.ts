import { expect, it } from 'vitest';
import type { Outcome } from '../../apply/events.ts';
import { ServiceError } from '../../model/errors.ts';
import { change } from './fixture.ts';
import { formatSummary } from './summary.ts';

function applied(
  cluster: string,
  name: string,
  taken: Extract<Outcome, { type: 'applied' }>['taken'] = [],
): Outcome {
  return { type: 'applied', change: change('update', cluster, name), taken, durationMs: 200 };
}

it('says what was applied and in what time', () => {
  expect(formatSummary([applied('east', 'a'), applied('west', 'a')], 1834, { color: false })).toBe(
    'Applied 2 changes in 2 clusters in 1.8 s.',
  );
});

it('lists everything that was not done with its reason, failures first', () => {
  const error = new ServiceError('no quota left', { code: 'refused', hint: 'raise the quota' });
  const outcomes: Outcome[] = [
    applied('east', 'a'),
    { type: 'skipped', change: change('create', 'west', 'b'), reason: 'interrupted' },
    { type: 'failed', change: change('create', 'east-1', 'c'), error },
    { type: 'blocked', change: change('recreate', 'west', 'd'), reason: 'it holds data' },
  ];
  expect(formatSummary(outcomes, 1834, { color: false })).toBe(
    `Not applied:
  east-1  failed     Deployment shop/c (create): no quota left
        hint: raise the quota
  west    skipped    Deployment shop/b (create), because interrupted
  west    blocked    Deployment shop/d (recreate), because it holds data
Applied 1 of 4 changes in 1.8 s; 1 failed, 2 not done.`,
  );
});

it('names ten of those that were not done for one reason, and counts the rest', () => {
  const skipped = (name: string, reason: string): Outcome => ({
    type: 'skipped',
    change: change('create', 'west', name),
    reason,
  });
  const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
  const outcomes = [
    ...names.map((name) => skipped(name, 'interrupted')),
    skipped('b', 'Namespace shop failed'),
  ];
  const lines = formatSummary(outcomes, 1834, { color: false }).split('\n');
  expect(lines).toHaveLength(14);
  expect(lines.slice(-5)).toEqual([
    '  west  skipped    Deployment shop/a8 (create), because interrupted',
    '  west  skipped    Deployment shop/a9 (create), because interrupted',
    '  and 2 more: interrupted',
    '  west  skipped    Deployment shop/b (create), because Namespace shop failed',
    'Applied 0 of 13 changes in 1.8 s; 13 not done.',
  ]);
});

it('names the fields that were taken from other managers and what is still under way', () => {
  const taken = [{ field: 'spec.replicas', manager: 'kubectl-scale' }];
  const deleted: Outcome = {
    type: 'applied',
    change: change('delete', 'west', 'b'),
    taken: [],
    note: 'its finalizers hold it',
    durationMs: 1,
  };
  const outcomes = [applied('east', 'a', taken), applied('west', 'a', taken), deleted];
  expect(formatSummary(outcomes, 1834, { color: false })).toBe(
    `Took spec.replicas of Deployment shop/a from kubectl-scale (east, west).
Deployment shop/b (west): its finalizers hold it
Applied 3 changes in 2 clusters in 1.8 s.`,
  );
});
