import * as z from 'zod/mini';
import { ServiceError, UserError } from '../model/errors.ts';
import type { Challenge } from './challenge.ts';
import type { Credential } from './credentials.ts';
import type { Http } from './http.ts';
import type { HttpRequest } from './http-message.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { printable } from './printable.ts';
import { formatRepository, type Repository } from './reference.ts';

/** What a token is asked for. */
export interface TokenScope {
  readonly repository: Repository;
  /** `repository:team/app:pull`, as in distribution's "Token Scope Documentation". */
  readonly scopes: readonly string[];
}

/** A token for what it was asked for. */
export interface Token {
  readonly value: string;
  readonly expiresAtMs: number;
}

/** Docker's rule for a token service that does not say how long its tokens live. */
const DEFAULT_LIFETIME_S = 60;
/** A token is renewed when this part of its life is over, so that none runs out on the wire. */
const USED_LIFETIME = 0.9;
const MAX_ANSWER_BYTES = 1024 * 1024;

const answerSchema = z
  .pipe(
    z.looseObject({
      token: z.optional(z.string()),
      access_token: z.optional(z.string()),
      expires_in: z.optional(z.number().check(z.nonnegative())),
    }),
    z.transform((answer) => ({
      value: answer.token || answer.access_token || '',
      lifetimeS: answer.expires_in ?? DEFAULT_LIFETIME_S,
    })),
  )
  .check(z.refine(({ value }) => /^[\x21-\x7e]+$/.test(value)));

/**
 * Gets a bearer token for a repository (distribution's "Token Authentication Specification"; with an
 * identity token its OAuth 2 variant).
 *
 * @throws UserError `registry-unauthorized` when the token service refuses the credentials
 * @throws ServiceError `token-service-failed`, `insecure-token-service`
 */
export async function fetchToken(
  http: Http,
  { repository, scopes }: TokenScope,
  challenge: Challenge,
  credential: Credential | undefined,
): Promise<Token> {
  const realm = tokenUrl(repository, challenge.parameters.realm ?? '');
  const fields = new URLSearchParams();
  // The OAuth 2 variant wants all of them in one, the other takes one after the other as well.
  if (credential?.kind === 'identity-token') fields.set('scope', scopes.join(' '));
  else for (const scope of scopes) fields.append('scope', scope);
  const { service } = challenge.parameters;
  if (service !== undefined) fields.set('service', service);
  const nowMs = Date.now();
  const response = await http.send(tokenRequest(realm, fields, credential));
  const who = `The token service ${realm.host} of the registry ${repository.registry}`;
  if (response.status === 401 || response.status === 403) {
    const what = credential
      ? `the credentials from ${credential.source}`
      : 'a token without credentials';
    throw new UserError(
      `${who} refuses ${what} for ${formatRepository(repository)} (${response.status}).`,
      {
        code: 'registry-unauthorized',
        hint: `Log in again: docker login ${repository.registry}`,
      },
    );
  }
  const answer = answerSchema.safeParse(parseJsonBytes(response.body));
  if (response.status !== 200 || !answer.success) {
    const what =
      response.status === 200 ? 'something that is no token' : `status ${response.status}`;
    throw new ServiceError(`${who} answered with ${what}.`, { code: 'token-service-failed' });
  }
  const { value, lifetimeS } = answer.data;
  return { value, expiresAtMs: nowMs + lifetimeS * USED_LIFETIME * 1000 };
}

/** The address of the token service; credentials and tokens of an https registry stay on https. */
function tokenUrl(repository: Repository, realm: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const isHttp = url?.protocol === 'https:' || (url?.protocol === 'http:' && repository.insecure);
  if (url !== undefined && isHttp) return url;
  throw new ServiceError(
    `The registry ${repository.registry} names "${printable(realm)}" as its token service; expected an https address.`,
    {
      code: 'insecure-token-service',
      hint: 'Credentials are not sent there. Write http:// before the reference to allow an insecure registry.',
    },
  );
}

function tokenRequest(
  realm: URL,
  fields: URLSearchParams,
  credential: Credential | undefined,
): HttpRequest {
  const common = { peer: 'token service', maxBytes: MAX_ANSWER_BYTES };
  if (credential?.kind === 'identity-token') {
    fields.set('grant_type', 'refresh_token');
    fields.set('client_id', 'sisyphus');
    fields.set('refresh_token', credential.token);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { ...common, method: 'POST', url: realm, headers, body: fields.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  return {
    ...common,
    method: 'GET',
    url,
    authorization: credential && basicAuthorization(credential),
  };
}

/** The `Authorization` header for a user and password (RFC 7617). */
export function basicAuthorization(credential: Credential & { readonly kind: 'basic' }): string {
  const pair = `${credential.username}:${credential.password}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
