import { uptime } from 'node:os';

/** A moment by every clock of this machine, in milliseconds. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly uptimeMs: number;
}

/** The present moment. */
export function now(): Moment {
  return { wallMs: Date.now(), monotonicMs: performance.now(), uptimeMs: uptime() * 1000 };
}

/**
 * How much time has passed, never less than really did. The monotonic clock stands still while a
 * machine is suspended, the one of the uptime ticks coarsely, and the wall clock can be set; so the
 * longest of the three counts.
 */
export function elapsedMs(since: Moment): number {
  const { wallMs, monotonicMs, uptimeMs } = now();
  return Math.max(
    wallMs - since.wallMs,
    monotonicMs - since.monotonicMs,
    uptimeMs - since.uptimeMs,
  );
}
