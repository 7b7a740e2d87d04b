import { describe, expect, it } from 'vitest';
import { elapsedMs, type Moment, now } from './elapsed.ts';

describe('the time that passed', () => {
  it('is none from now to now', () => {
    expect(elapsedMs(now())).toBeLessThan(1_000);
  });

  it.each<[string, readonly (keyof Moment)[]]>([
    ['while the machine is suspended, which the monotonic clock misses', ['wallMs', 'uptimeMs']],
    ['while somebody sets the wall clock back', ['monotonicMs', 'uptimeMs']],
    ['that only the wall clock saw', ['wallMs']],
  ])('counts the time %s', (_, witnesses) => {
    const then: Record<keyof Moment, number> = { ...now() };
    for (const clock of witnesses) then[clock] -= 60_000;
    expect(elapsedMs(then)).toBeGreaterThanOrEqual(60_000);
  });
});
