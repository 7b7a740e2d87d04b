import type { Dispatcher } from 'undici';
import { exchange } from '../exchange.ts';
import { SisyphusError, UserError } from '../model/errors.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { redirectTarget, unsafeRedirect } from './redirect.ts';

const MAX_REDIRECTS = 5;
/** As much of an error's body as is kept; a registry's error codes take less. */
const MAX_ERROR_BYTES = 64 * 1024;

/** An answer to one attempt. */
export type Answer = Omit<HttpResponse, 'attempts'>;

/** No answer: the connection failed or broke off. */
export interface ConnectionFailure {
  readonly url: URL;
  readonly code: string;
  readonly error: unknown;
}

/**
 * Sends a request once, following redirects: credentials go to no other origin, https never leads to
 * http, and a request that sends something, which may be a secret, is not followed.
 *
 * @throws UserError `registry-answer-too-large`
 * @throws ServiceError `unsafe-redirect`
 */
export async function attempt(
  dispatcher: Dispatcher,
  original: HttpRequest,
  timeoutMs: number,
): Promise<Answer | ConnectionFailure> {
  const endsAtMs = performance.now() + timeoutMs;
  let { url } = original;
  try {
    for (let redirects = 0; ; redirects++) {
      const { authorization, ...open } = original;
      const trusted = url.origin === original.url.origin ? original : open;
      const leftMs = endsAtMs - performance.now();
      const answer = await ask(dispatcher, { ...trusted, url }, leftMs);
      const target = reads(original) ? redirectTarget(answer) : undefined;
      if (target === undefined) return answer;
      if (redirects === MAX_REDIRECTS) throw unsafeRedirect(original.url, 'redirects too often');
      url = target;
    }
  } catch (error) {
    if (error instanceof SisyphusError) throw error;
    return { url, code: errorCode(error), error };
  }
}

function reads({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function ask(
  dispatcher: Dispatcher,
  { method, url, headers, authorization, body, maxBytes }: HttpRequest,
  timeoutMs: number,
): Promise<Answer> {
  const request = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: {
      'user-agent': 'sisyphus',
      ...headers,
      ...(authorization !== undefined && { authorization }),
    },
    body: body ?? null,
  };
  const { isWhole, ...answer } = await exchange(dispatcher, request, {
    timeoutMs,
    maxBytes: (status) => (status < 300 ? maxBytes : MAX_ERROR_BYTES),
  });
  if (answer.status < 300 && !isWhole) throw tooLarge(url, maxBytes);
  return { ...answer, url };
}

/** The code of a connection error; undici wraps one error per address that was tried. */
function errorCode(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'TIMEOUT';
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  const found = code ?? errors?.[0]?.code;
  return typeof found === 'string' ? found : 'UNKNOWN';
}

function tooLarge(url: URL, maxBytes: number): UserError {
  return new UserError(`${url.host} sent more than the ${maxBytes} bytes that were expected.`, {
    code: 'registry-answer-too-large',
  });
}
