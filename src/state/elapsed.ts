import { uptime } from 'node:os';

/** A moment by every clock of this machine, in milliseconds. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly uptimeMs: number;
}

/** How the clocks are read. */
export interface Clocks {
  wallMs(): number;
  monotonicMs(): number;
  /** Opens a file, where the others cost nothing. */
  uptimeMs(): number;
}

/** How long the uptime is reckoned rather than read: every request asks for it. */
const RECKONED_MS = 100;
/** The wall clock tells whole milliseconds only. */
const AGREEMENT_MS = 2;

/**
 * Makes what tells the present moment. Since the uptime was last read it has grown as the two other clocks
 * have, while those agree: nobody has set the one, nor was the machine suspended.
 */
export function clockOf({ wallMs, monotonicMs, uptimeMs }: Clocks): () => Moment {
  let read: Moment | undefined;
  return () => {
    const present = { wallMs: wallMs(), monotonicMs: monotonicMs() };
    if (read !== undefined) {
      const grownMs = present.monotonicMs - read.monotonicMs;
      const agree = Math.abs(present.wallMs - read.wallMs - grownMs) < AGREEMENT_MS;
      if (agree && grownMs < RECKONED_MS) return { ...present, uptimeMs: read.uptimeMs + grownMs };
    }
    read = { ...present, uptimeMs: uptimeMs() };
    return read;
  };
}

/** The present moment. */
export const now = clockOf({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  uptimeMs: () => uptime() * 1000,
});

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
