import { describe, expect, it } from 'vitest';
import { clockOf, elapsedMs, type Moment, now } from './elapsed.ts';

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

describe('a clock', () => {
  /** Clocks that are put forward by hand. @returns the moments, and how often the uptime was read */
  function machine() {
    const clocks = { wallMs: 1_000, monotonicMs: 50.5, uptimeMs: 9_000 };
    let readings = 0;
    const now = clockOf({
      wallMs: () => clocks.wallMs,
      monotonicMs: () => clocks.monotonicMs,
      uptimeMs: () => {
        readings += 1;
        return clocks.uptimeMs;
      },
    });
    const pass = (by: Partial<Moment>) => {
      for (const clock of Object.keys(clocks) as (keyof Moment)[]) clocks[clock] += by[clock] ?? 0;
      return { ...now(), readings };
    };
    pass({});
    return pass;
  }

  it('reckons the uptime for a while, and then reads it again', () => {
    const pass = machine();
    const step = { wallMs: 40, monotonicMs: 40, uptimeMs: 40 };
    expect(pass(step)).toMatchObject({ uptimeMs: 9_040, readings: 1 });
    expect(pass(step)).toMatchObject({ uptimeMs: 9_080, readings: 1 });
    expect(pass(step)).toMatchObject({ uptimeMs: 9_120, readings: 2 });
    expect(pass({ wallMs: 1, monotonicMs: 0.2 })).toMatchObject({ uptimeMs: 9_120.2, readings: 2 });
  });

  it.each([
    ['while the machine was suspended', { wallMs: 60_000, uptimeMs: 60_000 }],
    ['while the wall clock was set back by nearly as much', { monotonicMs: 3, uptimeMs: 60_000 }],
  ])('reads the uptime where the others do not agree: %s', (_, passed) => {
    expect(machine()(passed)).toMatchObject({ uptimeMs: 69_000, readings: 2 });
  });
});
