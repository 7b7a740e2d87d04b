import { expect, it } from 'vitest';
import type { Outcome } from '../../apply/events.ts';
import { ServiceError } from '../../model/errors.ts';
import { change } from './fixture.ts';
import { formatEvent } from './progress-text.ts';

const OPTIONS = { color: false, clusters: ['east', 'north-1'] };

function show(outcome: Outcome): string | undefined {
  return formatEvent({ type: 'finished', outcome }, OPTIONS);
}

it('prints nothing for a change that begins', () => {
  const event = { type: 'started', change: change('create', 'east', 'echo') } as const;
  expect(formatEvent(event, OPTIONS)).toBeUndefined();
});

it('prints a line for a change that was applied', () => {
  const applied = { type: 'applied', taken: [], durationMs: 212 } as const;
  expect(show({ ...applied, change: change('create', 'east', 'echo') })).toBe(
    'east     created    Deployment shop/echo (0.2 s)',
  );
  expect(show({ ...applied, change: change('recreate', 'north-1', 'echo') })).toBe(
    'north-1  recreated  Deployment shop/echo (0.2 s)',
  );
  const note = 'waits for its finalizers';
  expect(
    show({ ...applied, durationMs: 61_200, note, change: change('delete', 'east', 'e') }),
  ).toBe('east     deleted    Deployment shop/e (1 min 1 s): waits for its finalizers');
});

it('prints the error of a change that failed, its detail and its hint', () => {
  const error = new ServiceError('the API server refused it:\nno quota left', {
    code: 'refused',
    detail: 'pods: 10\n',
    hint: 'raise the quota',
  });
  expect(show({ type: 'failed', error, change: change('update', 'east', 'echo') })).toBe(
    `east     failed     Deployment shop/echo (update): the API server refused it:
    no quota left
      pods: 10
      hint: raise the quota`,
  );
});

it('prints why a change was not done', () => {
  const reason = 'it depends on Namespace shop, which failed';
  expect(show({ type: 'skipped', reason, change: change('create', 'east', 'echo') })).toBe(
    'east     skipped    Deployment shop/echo (create), because it depends on Namespace shop, which failed',
  );
  expect(show({ type: 'blocked', reason: 'r; a', change: change('update', 'east', 'echo') })).toBe(
    'east     blocked    Deployment shop/echo (update), because r; a',
  );
  const kept = 'kept, because it cannot be looked into';
  expect(show({ type: 'kept', reason: kept, change: change('delete', 'east', 'echo') })).toBe(
    'east     kept       Deployment shop/echo (delete): kept, because it cannot be looked into',
  );
});

it('escapes what an API server or a name may smuggle in', () => {
  const error = new ServiceError('\x1b]0;title\x07', { code: 'refused' });
  const shown = show({ type: 'failed', error, change: change('update', 'east', 'a\x1b[1m') });
  expect(shown).toContain('shop/a\\x1b[1m (update): \\x1b]0;title\\x07');
});
