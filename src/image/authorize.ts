import { type Challenge, chooseChallenge } from './challenge.ts';
import type { Credential, Credentials } from './credentials.ts';
import type { Http } from './http.ts';
import { UnreachableError } from './http-error.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { type Repository, registryUrl } from './reference.ts';
import { basicAuthorization, fetchToken, type Token } from './token.ts';

/** What requests to a repository are to be allowed. */
export interface Access {
  readonly repository: Repository;
  /** Pushing, beside pulling. */
  readonly push?: boolean;
  /** Another repository of the same registry, to take blobs from. */
  readonly mountFrom?: Repository | undefined;
}

/** Sends requests with the `Authorization` header that registries want. */
export interface Authorizer {
  /**
   * Sends a request to the registry of `access`, a second time where it refused the first.
   *
   * @throws what {@link Http.send} does; once no connection to a registry came about it is not tried again
   */
  send(access: Access, request: HttpRequest): Promise<HttpResponse>;
}

/** The answer to the base request of the API is empty or a short error. */
const MAX_PING_BYTES = 64 * 1024;

/**
 * Keeps what registries ask for: the challenge of each registry and a token for each access. The first
 * request to a registry goes out without credentials, for its answer to tell, and the others wait for
 * it. A registry that hides what is not public instead of saying 401 is asked at its base (`/v2/`, OCI
 * distribution spec 1.1 "Determining Support").
 */
export function createAuthorizer(http: Http, credentials: Credentials): Authorizer {
  const challenges = new Map<string, Promise<Challenge | undefined>>();
  const pings = new Map<string, Promise<Challenge | undefined>>();
  const tokens = keepTokens(http);

  /** Sends the first request to a registry, and keeps what its answer asks for. */
  function sendFirst(origin: string, request: HttpRequest): Promise<HttpResponse> {
    const answer = http.send(request);
    const challenge = answer.then(
      (first) => challengeIn(first, origin),
      (error: unknown) => {
        const isGone = error instanceof UnreachableError && !error.isConnected;
        if (isGone && error.origin === origin) throw error;
        // It says nothing about the other requests; a 401 will tell.
        return undefined;
      },
    );
    // Whoever waits for it, if anybody does, handles that too.
    challenge.catch(() => undefined);
    challenges.set(origin, challenge);
    return answer;
  }

  function pingOnce(repository: Repository): Promise<Challenge | undefined> {
    const { origin } = registryUrl(repository);
    const asked = pings.get(origin) ?? ping(http, repository);
    pings.set(origin, asked);
    return asked;
  }

  async function answerTo(
    challenge: Challenge | undefined,
    access: Access,
  ): Promise<string | undefined> {
    if (challenge === undefined) return undefined;
    const credential = await credentials.find(access.repository);
    if (challenge.scheme === 'bearer') return tokens.find(access, challenge, credential);
    return credential?.kind === 'basic' ? basicAuthorization(credential) : undefined;
  }

  /** What to send instead of what was refused; undefined when there is nothing better. */
  async function reauthorize(
    access: Access,
    answer: HttpResponse,
    refused: string | undefined,
  ): Promise<string | undefined> {
    const { origin } = registryUrl(access.repository);
    const told = challengeIn(answer, origin) ?? (await challenges.get(origin));
    const challenge = told ?? (await pingOnce(access.repository));
    challenges.set(origin, Promise.resolve(challenge));
    if (refused !== undefined) tokens.forget(access);
    const better = await answerTo(challenge, access);
    return better === refused ? undefined : better;
  }

  /** The answer to a second request where the first was refused for how it was authorized. */
  async function sendAgain(
    access: Access,
    request: HttpRequest,
    answer: HttpResponse,
    used: string | undefined,
  ): Promise<HttpResponse> {
    const refusals = used === undefined ? [401, 403, 404] : [401];
    // Only the registry itself may say where our credentials go, not where it redirects to.
    const { origin } = registryUrl(access.repository);
    if (!refusals.includes(answer.status) || answer.url.origin !== origin) return answer;
    const authorization = await reauthorize(access, answer, used);
    return authorization === undefined ? answer : await http.send({ ...request, authorization });
  }

  return {
    async send(access, request) {
      const { origin } = registryUrl(access.repository);
      const known = challenges.get(origin);
      if (known === undefined) {
        const answer = await sendFirst(origin, request);
        return await sendAgain(access, request, answer, undefined);
      }
      const authorization = await answerTo(await known, access);
      const answer = await http.send({ ...request, authorization });
      return await sendAgain(access, request, answer, authorization);
    },
  };
}

/** Keeps a token for each access, for as long as it is good. */
function keepTokens(http: Http) {
  const tokens = new Map<string, Promise<Token>>();
  return {
    async find(
      access: Access,
      challenge: Challenge,
      credential: Credential | undefined,
    ): Promise<string> {
      const id = tokenId(access);
      const cached = tokens.get(id);
      // A failed request is not kept: the next caller asks again.
      const held = await cached?.catch(() => undefined);
      if (held !== undefined && held.expiresAtMs > Date.now()) return `Bearer ${held.value}`;
      if (tokens.get(id) === cached) {
        const scope = { repository: access.repository, scopes: scopesOf(access) };
        tokens.set(id, fetchToken(http, scope, challenge, credential));
      }
      return `Bearer ${(await tokens.get(id))?.value}`;
    },
    forget(access: Access): void {
      tokens.delete(tokenId(access));
    },
  };
}

/** What an answer asks for. Nobody but the registry itself may say where our credentials go. */
function challengeIn(answer: HttpResponse, origin: string): Challenge | undefined {
  if (answer.status !== 401 || answer.url.origin !== origin) return undefined;
  return chooseChallenge(answer.headers['www-authenticate']);
}

async function ping(http: Http, repository: Repository): Promise<Challenge | undefined> {
  const url = new URL('/v2/', registryUrl(repository));
  const answer = await http.send({
    method: 'GET',
    url,
    peer: 'registry',
    maxBytes: MAX_PING_BYTES,
  });
  return challengeIn(answer, url.origin);
}

function scopesOf({ repository, push, mountFrom }: Access): string[] {
  const own = `repository:${repository.repository}:${push ? 'pull,push' : 'pull'}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom.repository}:pull`];
}

function tokenId(access: Access): string {
  return `${registryUrl(access.repository).origin} ${scopesOf(access).join(' ')}`;
}
