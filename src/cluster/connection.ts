import type { Dispatcher } from 'undici';
import { type Answer, exchange } from '../exchange.ts';
import { version } from '../version.ts';
import type { Access } from './access.ts';
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

/** What a watch begins with. */
export interface Watch {
  readonly status: number;
  readonly body?: AsyncIterable<Uint8Array>;
}

type OutgoingRequest = Dispatcher.DispatchOptions & { readonly origin: string };

const OK = 200;
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
   * @throws CredentialsError, and what {@link exchange} does
   */
  async send(request: RawRequest): Promise<Answer> {
    const { beforeWrite, limits } = this.#options;
    return await this.#authorized((credentials) =>
      exchange(this.#connect(credentials).requests, this.#outgoing(request, credentials), {
        timeoutMs: limits.requestTimeoutMs,
        beforeWrite: request.method === 'GET' ? undefined : beforeWrite,
      }),
    );
  }

  /**
   * Opens a watch, over a connection of its own.
   *
   * @param signal ends it
   * @returns its events as they come; without them where the answer is an error
   * @throws CredentialsError, and what undici throws where there is no answer
   */
  async watch(request: RawRequest, signal: AbortSignal): Promise<Watch> {
    return await this.#authorized(async (credentials) => {
      const { watches } = this.#connect(credentials);
      const outgoing = this.#outgoing(request, credentials);
      const { statusCode: status, body } = await watches.request({ ...outgoing, signal });
      if (status === OK) return { status, body };
      await body.dump();
      return { status };
    });
  }

  async #authorized<T extends { readonly status: number }>(
    send: (credentials: Credentials) => Promise<T>,
  ): Promise<T> {
    this.#options.beforeRequest?.();
    const credentials = await this.#credentials.get();
    const answer = await send(credentials);
    if (answer.status !== UNAUTHORIZED) return answer;
    const renewed = await this.#credentials.renew(credentials);
    return renewed === undefined ? answer : await send(renewed);
  }

  #outgoing(
    { method, path, accept = 'application/json', contentType, body }: RawRequest,
    credentials: Credentials,
  ): OutgoingRequest {
    const { server } = this.#options.access.cluster;
    const headers = { accept, 'user-agent': `sisyphus/${version}`, ...credentials.headers };
    return {
      origin: server.origin,
      path: `${server.pathname.replace(/\/$/, '')}${path}`,
      method,
      headers: { ...headers, ...(contentType && { 'content-type': contentType }) } as HeaderRecord,
      body: body ?? null,
    };
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
    this.#credentials.close();
    const { dispatchers } = this.#open ?? {};
    await Promise.all([dispatchers?.requests.destroy(), dispatchers?.watches.destroy()]);
  }
}

type HeaderRecord = Record<string, string | string[]>;
