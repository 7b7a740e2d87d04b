import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent } from 'undici';
import { attempt } from './http-attempt.ts';
import { unreachable } from './http-error.ts';
import { type HttpRequest, type HttpResponse, header } from './http-message.ts';
import {
  DEFAULT_RETRY,
  isPassingError,
  isPassingStatus,
  type RetryOptions,
  retryDelayMs,
} from './retry.ts';

/** Sends requests over kept connections. */
export interface Http {
  /**
   * Sends a request, follows redirects and tries again after passing failures; when they do not pass
   * the last answer is returned.
   *
   * @throws ServiceError `registry-unreachable` when there is no answer
   * @throws UserError `registry-answer-too-large`, `unsafe-redirect`
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Breaks off what is under way and closes the connections. */
  close(): Promise<void>;
}

/** Limits in time. */
export interface HttpOptions {
  readonly retry?: RetryOptions;
  readonly connectTimeoutMs?: number;
  /** Until the first byte of the answer, and between two parts of it. */
  readonly idleTimeoutMs?: number;
  /** For one attempt as a whole. */
  readonly requestTimeoutMs?: number;
}

/** As in Go's net/http, which the other registry tools stand on, loopback never goes through a proxy. */
const NEVER_PROXIED = 'localhost,127.0.0.1,[::1]';

/**
 * An HTTP client over one keep-alive agent that respects `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
 *
 * The loops for retries and redirects are our own. undici's retry interceptor cuts a long
 * `Retry-After` short and tries again too early, and drops the answer's body (the registry's error
 * codes) when it gives up; its redirect interceptor follows from https to http.
 */
export function createHttp(options: HttpOptions = {}): Http {
  const { retry = DEFAULT_RETRY, connectTimeoutMs = 10_000 } = options;
  const { idleTimeoutMs = 30_000, requestTimeoutMs = 300_000 } = options;
  const { no_proxy, NO_PROXY } = process.env;
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: connectTimeoutMs },
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    noProxy: [no_proxy ?? NO_PROXY, NEVER_PROXIED].filter(Boolean).join(','),
  });
  const closing = new AbortController();
  // One listener for each pause; there may be many, and that is no leak.
  setMaxListeners(0, closing.signal);

  async function pause(delayMs: number): Promise<void> {
    // Closing ends the pause; the next attempt then fails as any other does.
    await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
  }

  return {
    async send(request) {
      for (let attempts = 1; ; attempts++) {
        const outcome = await attempt(dispatcher, request, requestTimeoutMs);
        const failed = 'error' in outcome;
        const passing = failed ? isPassingError(outcome.code) : isPassingStatus(outcome.status);
        const after = failed ? undefined : header(outcome, 'retry-after');
        const again = passing && attempts < retry.attempts;
        const delayMs = again ? retryDelayMs(attempts, after, retry) : undefined;
        if (delayMs !== undefined) await pause(delayMs);
        else if (failed) throw unreachable(request, outcome, attempts);
        else return { ...outcome, attempts };
      }
    },
    async close() {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}
