import pLimit, { type LimitFunction } from 'p-limit';
import { type Access, createAuthorizer } from './authorize.ts';
import type { Credentials } from './credentials.ts';
import { createHttp, type HttpOptions } from './http.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { type Repository, registryUrl } from './reference.ts';
import { type RegistryAction, registryError } from './registry-error.ts';

/** How registries are spoken to. */
export interface RegistrySessionOptions extends HttpOptions {
  readonly credentials: Credentials;
  /** Requests under way at once to one registry. */
  readonly concurrency?: number;
}

/** What a request to a registry needs to know. */
type RegistryRequest = Omit<HttpRequest, 'peer' | 'what' | 'authorization'> &
  Pick<Access, 'mountFrom'>;

/** Sends requests to registries with what they want to know about us. */
export interface RegistrySession {
  /** Any status may come back. */
  ask(action: RegistryAction, request: RegistryRequest): Promise<HttpResponse>;
  /** Turns an answer that is none of the expected into an error. */
  fail(action: RegistryAction, answer: HttpResponse): Promise<never>;
  close(): Promise<void>;
}

/** Opens a session over kept connections. */
export function openRegistrySession(options: RegistrySessionOptions): RegistrySession {
  const { credentials, concurrency = 8 } = options;
  const http = createHttp(options);
  const authorizer = createAuthorizer(http, credentials);
  const limiters = new Map<string, LimitFunction>();

  function limiterOf(origin: string): LimitFunction {
    const limiter = limiters.get(origin) ?? pLimit(concurrency);
    limiters.set(origin, limiter);
    return limiter;
  }

  return {
    ask({ reference, what, push = false }, { mountFrom, ...request }) {
      const full = { ...request, peer: 'registry', what };
      // A registry may want an upload elsewhere, but it is nobody's business who we are.
      if (request.url.origin !== registryUrl(reference).origin) return http.send(full);
      const access = { repository: reference, push, mountFrom };
      return limiterOf(request.url.origin)(() => authorizer.send(access, full));
    },
    async fail(action, answer) {
      const credential = await credentials.find(action.reference);
      throw registryError(action, answer, { credential, paths: credentials.paths });
    },
    close: () => http.close(),
  };
}

/** An address of a registry's API. @param path below the repository: `blobs/sha256:…` */
export function apiUrl(repository: Repository, path: string): URL {
  return new URL(`/v2/${repository.repository}/${path}`, registryUrl(repository));
}
