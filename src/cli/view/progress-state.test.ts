import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApplyEvent, Outcome } from '../../apply/events.ts';
import { ServiceError } from '../../model/errors.ts';
import type { Change } from '../../model/plan.ts';
import { change } from './fixture.ts';
import { printLines } from './line.ts';
import { progressLines } from './progress-lines.ts';
import { ended, type ProgressState, reduceProgress, startProgress } from './progress-state.ts';

const EAST = ['a', 'b', 'c', 'd'].map((name) => change('create', 'east', name));
const WEST = [change('create', 'west', 'a')];
const ERROR = new ServiceError('refused', { code: 'refused' });

function start(one: Change): ApplyEvent {
  return { type: 'started', change: one };
}

function finish(one: Change, type: 'applied' | 'failed' | 'skipped'): ApplyEvent {
  const outcomes: Record<typeof type, Outcome> = {
    applied: { type: 'applied', change: one, taken: [], durationMs: 1 },
    failed: { type: 'failed', change: one, error: ERROR },
    skipped: { type: 'skipped', change: one, reason: 'r' },
  };
  return { type: 'finished', outcome: outcomes[type] };
}

function after(events: readonly ApplyEvent[], changes: readonly Change[]): ProgressState {
  return events.reduce(
    (state, event) => reduceProgress(state, event, 1000),
    startProgress(changes, 0),
  );
}

function show(state: ProgressState, nowMs: number, rows = 24): string {
  return `\n${printLines(progressLines(state, nowMs, rows), { color: false })}\n`;
}

it('shows every cluster before anything begins', () => {
  expect(show(startProgress([...WEST, ...EAST], 0), 0)).toBe(`
east  ░░░░░░░░░░░░░░░░░░░░  0/4
west  ░░░░░░░░░░░░░░░░░░░░  0/1
0.0 s
`);
});

it('shows what is done, what runs and for how long, and what went wrong', () => {
  const [a, b, c, d] = EAST as [Change, Change, Change, Change];
  const events = [
    ...[a, b, c, d].map(start),
    finish(a, 'applied'),
    start(WEST[0] as Change),
    finish(WEST[0] as Change, 'failed'),
  ];
  const state = after(events, [...EAST, ...WEST]);
  expect(show(state, 3000)).toBe(`
east  █████░░░░░░░░░░░░░░░  1/4  Deployment shop/b, Deployment shop/c, 1 more
west  ████████████████████  1/1  1 failed
3.0 s
`);
  expect(show(state, 9000)).toContain(
    'Deployment shop/b (8.0 s), Deployment shop/c (8.0 s), 1 more',
  );
  expect(state.failures).toHaveLength(1);
});

it('counts what was not done beside what failed', () => {
  const [a, b, c, d] = EAST as [Change, Change, Change, Change];
  const events = [
    finish(a, 'failed'),
    finish(b, 'skipped'),
    finish(c, 'skipped'),
    finish(d, 'applied'),
  ];
  expect(show(after(events, EAST), 1000)).toBe(`
east  ████████████████████  4/4  1 failed  2 not done
1.0 s
`);
});

it('keeps to the height of the terminal, clusters with work left first', () => {
  const changes = ['a', 'b', 'c', 'd'].map((cluster) => change('create', cluster, 'x'));
  const state = after([finish(changes[0] as Change, 'applied')], changes);
  expect(show(state, 1000, 3)).toBe(`
b  ░░░░░░░░░░░░░░░░░░░░  0/1
c  ░░░░░░░░░░░░░░░░░░░░  0/1
1.0 s, 2 more clusters
`);
});

it('ends with everything counted and nothing running, in whatever order changes go', () => {
  const kinds = fc.array(
    fc.constantFrom('applied' as const, 'failed' as const, 'skipped' as const),
    {
      minLength: 5,
      maxLength: 5,
    },
  );
  const order = fc.shuffledSubarray([...EAST, ...WEST], { minLength: 5 });
  fc.assert(
    fc.property(kinds, order, (types, changes) => {
      const events = [
        ...changes.map(start),
        ...changes.map((one, index) => finish(one, types[index] ?? 'applied')),
      ];
      const { clusters, failures } = after(events, changes);
      expect(clusters.map(({ cluster }) => cluster)).toEqual(['east', 'west']);
      expect(clusters.map(ended)).toEqual([4, 1]);
      expect(clusters.flatMap(({ running }) => running)).toEqual([]);
      expect(failures).toHaveLength(types.filter((type) => type === 'failed').length);
    }),
  );
});
