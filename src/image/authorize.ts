import { type Challenge, chooseChallenge } from './challenge.ts';
import type { Credential, Credentials } from './credentials.ts';
import type { Http } from './http.ts';
import type { HttpResponse } from './http-message.ts';
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

/** Finds the `Authorization` header that a registry wants. */
export interface Authorizer {
  /** The header for such requests; undefined when the registry asks for none, or none is known. */
  authorize(access: Access): Promise<string | undefined>;
  /**
   * What to send instead after a 401: a fresh token, or what its `WWW-Authenticate` asks for.
   * Undefined when there is nothing better than `refused`.
   */
  reauthorize(
    access: Access,
    answer: HttpResponse,
    refused: string | undefined,
  ): Promise<string | undefined>;
}

/** The answer to the base request of the API is empty or a short error. */
const MAX_PING_BYTES = 64 * 1024;

/**
 * Keeps what registries ask for: the challenge of each registry, learnt from one request to its base
 * (`/v2/`, OCI distribution spec 1.1 "Determining Support"), and a token for each access.
 */
export function createAuthorizer(http: Http, credentials: Credentials): Authorizer {
  const challenges = new Map<string, Promise<Challenge | undefined>>();
  const tokens = new Map<string, Promise<Token>>();

  function challengeOf(repository: Repository): Promise<Challenge | undefined> {
    const { origin } = registryUrl(repository);
    const known = challenges.get(origin) ?? ping(http, repository);
    challenges.set(origin, known);
    return known;
  }

  async function token(
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
  }

  async function answerTo(
    challenge: Challenge | undefined,
    access: Access,
  ): Promise<string | undefined> {
    if (challenge === undefined) return undefined;
    const credential = await credentials.find(access.repository);
    if (challenge.scheme === 'bearer') return token(access, challenge, credential);
    return credential?.kind === 'basic' ? basicAuthorization(credential) : undefined;
  }

  return {
    async authorize(access) {
      return answerTo(await challengeOf(access.repository), access);
    },
    async reauthorize(access, answer, refused) {
      const { repository } = access;
      const challenge =
        chooseChallenge(answer.headers['www-authenticate']) ?? (await challengeOf(repository));
      challenges.set(registryUrl(repository).origin, Promise.resolve(challenge));
      tokens.delete(tokenId(access));
      const better = await answerTo(challenge, access);
      return better === refused ? undefined : better;
    },
  };
}

async function ping(http: Http, repository: Repository): Promise<Challenge | undefined> {
  const url = new URL('/v2/', registryUrl(repository));
  const answer = await http.send({
    method: 'GET',
    url,
    peer: 'registry',
    maxBytes: MAX_PING_BYTES,
  });
  // Any other status says nothing about authentication; the real request will tell. And nobody but
  // the registry itself may say where our credentials go.
  if (answer.status !== 401 || answer.url.origin !== url.origin) return undefined;
  return chooseChallenge(answer.headers['www-authenticate']);
}

function scopesOf({ repository, push, mountFrom }: Access): string[] {
  const own = `repository:${repository.repository}:${push ? 'pull,push' : 'pull'}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom.repository}:pull`];
}

function tokenId(access: Access): string {
  return `${registryUrl(access.repository).origin} ${scopesOf(access).join(' ')}`;
}
