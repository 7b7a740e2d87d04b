import { REQUEST_TIMEOUT_MS } from '../model/request-timeout.ts';

/** How long leases last. */
export interface LeaseTimings {
  /** From one prolongation on. */
  readonly ttlMs: number;
  /** How often a lease in hand is prolonged. */
  readonly renewEveryMs: number;
  /** How long after its end a lease is still respected: what its holder sent has landed by then. */
  readonly graceMs: number;
}

/** For how long a lease lasts where nobody wants it otherwise. */
const TTL_MS = 30_000;

/** Three prolongations may fail before a lease is lost. */
const PROLONGATIONS = 4;

/** Timings for a holder whose requests to clusters take as long as `requestTimeoutMs` at the most. */
export function leaseTimings(ttlMs = TTL_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS): LeaseTimings {
  return { ttlMs, renewEveryMs: ttlMs / PROLONGATIONS, graceMs: requestTimeoutMs };
}
