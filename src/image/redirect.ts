import { ServiceError } from '../model/errors.ts';
import { type HttpResponse, header } from './http-message.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer redirects to; undefined when it does not.
 *
 * @throws ServiceError `unsafe-redirect` when that is no address, or leads from https to http
 */
export function redirectTarget(
  answer: Pick<HttpResponse, 'status' | 'headers' | 'url'>,
): URL | undefined {
  return REDIRECTS.has(answer.status) ? locationOf(answer) : undefined;
}

/**
 * The address in an answer's `Location`; undefined where it has none.
 *
 * @throws ServiceError `unsafe-redirect` as {@link redirectTarget}
 */
export function locationOf(answer: Pick<HttpResponse, 'headers' | 'url'>): URL | undefined {
  const location = header(answer, 'location');
  if (location === undefined) return undefined;
  if (!URL.canParse(location, answer.url.href))
    throw unsafeRedirect(answer.url, 'redirects to no address');
  const target = new URL(location, answer.url);
  const isHttp = target.protocol === 'https:' || target.protocol === 'http:';
  if (!isHttp || (answer.url.protocol === 'https:' && target.protocol === 'http:')) {
    throw unsafeRedirect(answer.url, `redirects to ${target.protocol}//${target.host}`);
  }
  return target;
}

/** The error for a redirect that is not followed. */
export function unsafeRedirect(url: URL, what: string): ServiceError {
  return new ServiceError(`The registry at ${url.host} ${what}.`, { code: 'unsafe-redirect' });
}
