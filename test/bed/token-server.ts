import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Who may do what with a registry that wants bearer tokens. */
export interface TokenPolicy {
  readonly username: string;
  readonly password: string;
  /** Grants `pull` to whoever comes without credentials. */
  readonly anonymousPull: boolean;
}

/** A token server for one registry, as the distribution specification's token authentication. */
export interface TokenServer {
  /** Where a client asks for a token: the `realm` of the registry's challenge. */
  readonly realm: string;
  readonly issuer: string;
  readonly service: string;
  /** The key set (RFC 7517) with which the registry checks tokens. */
  readonly jwks: { readonly keys: readonly object[] };
  stop(): Promise<void>;
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const issuer = 'sisyphus-bed';
const service = 'sisyphus-bed-registry';
const lifetimeSeconds = 300;

/**
 * Starts a token server on a free port.
 * Protocol: https://distribution.github.io/distribution/spec/auth/token/
 */
export async function startTokenServer(policy: TokenPolicy): Promise<TokenServer> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = publicKey.export({ format: 'jwk' });
  const keyId = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url');

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const actions = allowedActions(request, policy);
    const known = url.pathname === '/token' && url.searchParams.get('service') === service;
    if (!known || actions === undefined) {
      response.writeHead(known ? 401 : 404).end();
      return;
    }
    const access = url.searchParams.getAll('scope').flatMap((scope) => grant(scope, actions));
    const token = signToken(access, keyId, privateKey);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token, expires_in: lifetimeSeconds }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    realm: `http://127.0.0.1:${port}/token`,
    issuer,
    service,
    jwks: { keys: [{ ...publicJwk, kid: keyId, alg: 'ES256', use: 'sig' }] },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What the caller may ask for, or nothing when the credentials are wrong or needed and absent. */
function allowedActions(request: IncomingMessage, policy: TokenPolicy): string[] | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return policy.anonymousPull ? ['pull'] : undefined;
  const expected = Buffer.from(`${policy.username}:${policy.password}`).toString('base64');
  return authorization === `Basic ${expected}` ? ['pull', 'push', 'delete', '*'] : undefined;
}

/** Grants the allowed part of a scope such as `repository:team/app:pull,push`. */
function grant(scope: string, allowed: readonly string[]): Access[] {
  const [, type, name, actions] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? [];
  if (type === undefined || name === undefined || actions === undefined) return [];
  return [{ type, name, actions: actions.split(',').filter((action) => allowed.includes(action)) }];
}

/** A JSON Web Token (RFC 7519) signed with ES256 (RFC 7518 section 3.4). */
function signToken(access: readonly Access[], keyId: string, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1_000);
  const header = { alg: 'ES256', typ: 'JWT', kid: keyId };
  const claims = {
    iss: issuer,
    aud: service,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + lifetimeSeconds,
    access,
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const content = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
