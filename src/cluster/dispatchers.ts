import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { TlsOptions } from './credentials.ts';
import type { ClusterLimits } from './limits.ts';

/** An idle connection is closed after this; an API server keeps one for 90 s. */
const IDLE_MS = 30_000;

/** The kept connections to one cluster. */
export interface Dispatchers {
  /** For requests that are answered at once: a bounded number of connections. */
  readonly requests: Dispatcher;
  /** For watches, each of which holds a connection for as long as it lasts. */
  readonly watches: Dispatcher;
}

/** Opens connections as they are needed, with given certificates, through a proxy where there is one. */
export function openDispatchers(
  server: URL,
  proxy: URL | undefined,
  tls: TlsOptions,
  limits: ClusterLimits,
): Dispatchers {
  const connect = { ...tls, timeout: limits.connectTimeoutMs };
  const common = { keepAliveTimeout: IDLE_MS, headersTimeout: 0, bodyTimeout: 0 };
  const requests = {
    ...common,
    connections: limits.connections,
    maxResponseSize: limits.maxAnswerBytes,
  };
  if (proxy === undefined) {
    return {
      requests: new Pool(server.origin, { ...requests, connect }),
      watches: new Pool(server.origin, { ...common, connect }),
    };
  }
  const proxied = { uri: proxy.href, requestTls: connect, proxyTls: { timeout: connect.timeout } };
  return {
    requests: new ProxyAgent({ ...requests, ...proxied }),
    watches: new ProxyAgent({ ...common, ...proxied }),
  };
}

/** True where connections made with the one are as good as with the other. */
export function sameTls(a: TlsOptions, b: TlsOptions): boolean {
  if (a === b) return true;
  return sameBytes(a.ca, b.ca) && sameBytes(a.cert, b.cert) && sameBytes(a.key, b.key);
}

function sameBytes(a: Buffer | string | undefined, b: Buffer | string | undefined): boolean {
  return `${a ?? ''}` === `${b ?? ''}`;
}
