import { uptime } from 'node:os';

/** A moment by every clock of this machine, in milliseconds. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly uptimeMs: number;
}

/** How long the uptime is reckoned rather than read, which opens a file: every request asks for it. */
const RECKONED_MS = 100;
/** The wall clock tells whole milliseconds only. */
const AGREEMENT_MS = 2;

let lastRead: Moment | undefined;

/** The present moment. */
export function now(): Moment {
  const clocks = { wallMs: Date.now(), monotonicMs: performance.now() };
  return { ...clocks, uptimeMs: uptimeMs(clocks) };
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

/** Since it was last read, the uptime has grown as the other clocks have, while those two agree. */
function uptimeMs({ wallMs, monotonicMs }: Omit<Moment, 'uptimeMs'>): number {
  if (lastRead !== undefined) {
    const grownMs = monotonicMs - lastRead.monotonicMs;
    const agree = Math.abs(wallMs - lastRead.wallMs - grownMs) < AGREEMENT_MS;
    if (agree && grownMs < RECKONED_MS) return lastRead.uptimeMs + grownMs;
  }
  lastRead = { wallMs, monotonicMs, uptimeMs: uptime() * 1000 };
  return lastRead.uptimeMs;
}
