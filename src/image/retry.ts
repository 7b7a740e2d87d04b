/** How a request that failed for a passing reason is tried again. */
export interface RetryOptions {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** The first pause; each further one is twice as long. */
  readonly baseDelayMs: number;
  /** The longest pause; a registry that asks for more is not waited for. */
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY: RetryOptions = { attempts: 4, baseDelayMs: 250, maxDelayMs: 30_000 };

/** Answers that may be different next time: too many requests, and a server or gateway in trouble. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Failures that another try does not mend, beside those of TLS. */
const LASTING_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** True when a request that was answered with this status should be sent again. */
export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status);
}

/** True when a request that failed with this connection error should be sent again. */
export function isPassingError(code: string): boolean {
  return !LASTING_CODES.has(code) && !isCertificateError(code) && !isTlsError(code);
}

/** True when the other side does not speak TLS at all. */
export function isTlsError(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

/** True for Node's and OpenSSL's names of a certificate that cannot be trusted. */
export function isCertificateError(code: string): boolean {
  return /CERT|^UNABLE_TO_|SIGNATURE/.test(code);
}

/**
 * The pause before the next attempt, in milliseconds, or undefined when the server asks for a longer
 * one than we are willing to wait. `Retry-After` is a number of seconds or an HTTP date
 * (RFC 9110, 10.2.3); without it the pauses grow, with jitter so that parallel requests spread out.
 *
 * @param attempt how many requests have failed so far, from 1
 */
export function retryDelayMs(
  attempt: number,
  retryAfter: string | undefined,
  options: RetryOptions,
  nowMs = Date.now(),
): number | undefined {
  const askedMs = retryAfter === undefined ? undefined : parseRetryAfterMs(retryAfter, nowMs);
  if (askedMs !== undefined) return askedMs <= options.maxDelayMs ? askedMs : undefined;
  const fullMs = options.baseDelayMs * 2 ** (attempt - 1);
  return Math.min(fullMs, options.maxDelayMs) * (0.5 + Math.random() / 2);
}

function parseRetryAfterMs(value: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
