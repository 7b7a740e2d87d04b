import { REQUEST_TIMEOUT_MS } from '../model/request-timeout.ts';

/** How long leases last. */
export interface LeaseTimings {
  /** From one prolongation on. */
  readonly ttlMs: number;
  /** How often a lease in hand is prolonged. */
  readonly renewEveryMs: number;
  /** How long after its end a lease is still respected. */
  readonly graceMs: number;
}

/** Three prolongations may fail before a lease is lost. */
export const LEASE_TIMINGS: LeaseTimings = {
  ttlMs: 30_000,
  renewEveryMs: 8_000,
  graceMs: REQUEST_TIMEOUT_MS,
};
