import type { RetryLimits } from './limits.ts';

/** How one attempt failed, as far as trying again depends on it. */
export interface FailedAttempt {
  /** HTTP status; undefined where there was no answer. */
  readonly status?: number | undefined;
  /** The header `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

const TOO_MANY_REQUESTS = 429;

/**
 * The pause before the next attempt in milliseconds; undefined where the request is to be given up.
 * A server's `Retry-After` (seconds, or an HTTP date: RFC 9110, 10.2.3) is kept to; without one the
 * pauses double, with jitter, so that requests which failed together do not come back together.
 *
 * The loop around it is the room's own: p-retry knows only errors that are thrown, one number of
 * attempts for all of them, and no `Retry-After`.
 *
 * @param attempt how many attempts have failed, from 1
 * @param elapsedMs since the first one began
 */
export function retryDelayMs(
  { status, retryAfter }: FailedAttempt,
  attempt: number,
  elapsedMs: number,
  limits: RetryLimits,
): number | undefined {
  const attempts = status === TOO_MANY_REQUESTS ? limits.throttledAttempts : limits.attempts;
  if (attempt >= attempts || elapsedMs >= limits.windowMs) return undefined;
  const askedMs = retryAfter === undefined ? undefined : parseRetryAfterMs(retryAfter);
  if (askedMs !== undefined) return askedMs <= limits.maxDelayMs ? askedMs : undefined;
  const fullMs = Math.min(limits.baseDelayMs * 2 ** (attempt - 1), limits.maxDelayMs);
  return fullMs * (0.5 + Math.random() / 2);
}

function parseRetryAfterMs(value: string): number | undefined {
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
