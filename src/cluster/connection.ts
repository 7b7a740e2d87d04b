import type { Dispatcher } from 'undici';
import { version } from '../version.ts';
import type { Access } from './access.ts';
import { askFirst } from './ask-first.ts';
import { CredentialSource, type Credentials, type TlsOptions } from './credentials.ts';
import { type Dispatchers, openDispatchers, sameTls } from './dispatchers.ts';
import type { ClusterLimits } from './limits.ts';
import { environmentProxy, type ProxyEnvironment } from './proxy.ts';

/** A request to an API server. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the server's URL. */
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string;
  readonly body?: string;
}

/** What the connection to one cluster is opened with. */
export interface ConnectionOptions {
  readonly access: Access;
  readonly limits: ClusterLimits;
  /** Names proxies. */
  readonly environment: ProxyEnvironment;
  /** Called before each request, before credentials are looked for; a SisyphusError stops it. */
  readonly beforeRequest?: (() => void) | undefined;
  /**
   * Called right before each attempt to change something goes out to its connection; a SisyphusError that
   * it throws stops it.
   */
  readonly beforeWrite?: (() => void) | undefined;
}

const UNAUTHORIZED = 401;

/** Kept connections to one cluster, on which every request carries its context's credentials. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #credentials: CredentialSource;
  #open: { readonly dispatchers: Dispatchers; readonly tls: TlsOptions } | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#credentials = new CredentialSource(options.access, options.limits);
  }

  /**
   * Sends a request once, and once more with new credentials where they were refused.
   *
   * @param signal ends the request; without one it ends after the time-out of a request
   * @throws CredentialsError, and what undici throws where there is no answer
   */
  async send(
    kind: keyof Dispatchers,
    request: RawRequest,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    this.#options.beforeRequest?.();
    const credentials = await this.#credentials.get();
    const response = await this.#sendOnce(kind, request, credentials, signal);
    if (response.statusCode !== UNAUTHORIZED) return response;
    const renewed = await this.#credentials.renew(credentials);
    if (renewed === undefined) return response;
    await response.body.dump();
    return await this.#sendOnce(kind, request, renewed, signal);
  }

  #sendOnce(
    kind: keyof Dispatchers,
    { method, path, accept = 'application/json', contentType, body }: RawRequest,
    credentials: Credentials,
    signal = AbortSignal.timeout(this.#options.limits.requestTimeoutMs),
  ): Promise<Dispatcher.ResponseData> {
    const { server } = this.#options.access.cluster;
    const open = this.#connect(credentials)[kind];
    const { beforeWrite } = this.#options;
    const isFenced = method !== 'GET' && beforeWrite !== undefined;
    const dispatcher = isFenced ? open.compose(askFirst(beforeWrite)) : open;
    const headers = { accept, 'user-agent': `sisyphus/${version}`, ...credentials.headers };
    return dispatcher.request({
      origin: server.origin,
      path: `${server.pathname.replace(/\/$/, '')}${path}`,
      method,
      headers: { ...headers, ...(contentType && { 'content-type': contentType }) } as HeaderRecord,
      body: body ?? null,
      signal,
    });
  }

  /** Connections are made with certificates, so a new certificate needs new connections. */
  #connect({ tls }: Credentials): Dispatchers {
    if (this.#open && sameTls(this.#open.tls, tls)) return this.#open.dispatchers;
    const { access, limits, environment } = this.#options;
    const { server, proxy = environmentProxy(server, environment) } = access.cluster;
    const outdated = this.#open?.dispatchers;
    this.#open = { dispatchers: openDispatchers(server, proxy, tls, limits), tls };
    void outdated?.requests.close();
    void outdated?.watches.close();
    return this.#open.dispatchers;
  }

  /** Breaks off what is under way and closes the connections. */
  async close(): Promise<void> {
    const { dispatchers } = this.#open ?? {};
    await Promise.all([dispatchers?.requests.destroy(), dispatchers?.watches.destroy()]);
  }
}

type HeaderRecord = Record<string, string | string[]>;
