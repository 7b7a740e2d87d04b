import { Agent, type Dispatcher, request } from 'undici';

/** How to reach a registry; a `Registry` of the bed is one. */
export interface RegistryAccess {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** The PEM certificate to trust. */
  readonly certificate?: string;
}

/** One request to a registry. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to the registry, or absolute. */
  readonly url: string;
  /** What a token has to allow, such as `repository:team/app:pull,push`. */
  readonly scope?: string;
  readonly contentType?: string;
  readonly body?: Uint8Array;
}

/** Distribution denies having a manifest that the Accept header does not name. */
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** What a registry answered. */
export interface RegistryResponse {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A registry that did not answer with a status from 200 to 299. */
class RegistryRequestError extends Error {
  readonly status: number;

  constructor(sent: RegistryRequest, status: number, body: string) {
    super(`${sent.method} ${sent.url} answered ${status}: ${body}`);
    this.name = 'RegistryRequestError';
    this.status = status;
  }
}

/**
 * Sends one request with basic credentials, or with a token where the registry wants one.
 * @throws RegistryRequestError when the registry refuses
 */
export async function requestRegistry(
  registry: RegistryAccess,
  sent: RegistryRequest,
): Promise<RegistryResponse> {
  const dispatcher = dispatcherOf(registry);
  const basic = basicAuthorization(registry);
  let response = await send(registry, sent, basic, dispatcher);
  const challenge = String(response.headers['www-authenticate'] ?? '');
  if (response.statusCode === 401 && challenge.startsWith('Bearer ')) {
    await response.body.dump();
    const token = await fetchToken(challenge, sent.scope, basic);
    response = await send(registry, sent, `Bearer ${token}`, dispatcher);
  }
  const body = await response.body.text();
  const { statusCode, headers } = response;
  if (statusCode < 200 || statusCode > 299) throw new RegistryRequestError(sent, statusCode, body);
  return { headers, body };
}

const trusting = new Map<string, Agent>();

/** One agent per certificate, so that connections are used again. */
function dispatcherOf({ certificate }: RegistryAccess): Dispatcher | undefined {
  if (certificate === undefined) return undefined;
  const agent = trusting.get(certificate) ?? new Agent({ connect: { ca: certificate } });
  trusting.set(certificate, agent);
  return agent;
}

function send(
  registry: RegistryAccess,
  sent: RegistryRequest,
  authorization: string | undefined,
  dispatcher: Dispatcher | undefined,
): Promise<Dispatcher.ResponseData> {
  return request(new URL(sent.url, registry.url), {
    method: sent.method,
    headers: {
      accept: manifestTypes,
      ...(authorization !== undefined && { authorization }),
      ...(sent.contentType !== undefined && { 'content-type': sent.contentType }),
    },
    body: sent.body ?? null,
    ...(dispatcher && { dispatcher }),
  });
}

function basicAuthorization({ username, password }: RegistryAccess): string | undefined {
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function fetchToken(challenge: string, scope = '', basic: string | undefined) {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const url = new URL(parameters.get('realm') ?? '');
  url.searchParams.set('service', parameters.get('service') ?? '');
  url.searchParams.set('scope', scope);
  const headers = basic === undefined ? {} : { authorization: basic };
  const response = await request(url, { headers });
  const text = await response.body.text();
  if (response.statusCode !== 200) {
    throw new RegistryRequestError({ method: 'GET', url: url.href }, response.statusCode, text);
  }
  return (JSON.parse(text) as { token: string }).token;
}
