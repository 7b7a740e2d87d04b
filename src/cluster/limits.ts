import { REQUEST_TIMEOUT_MS } from '../model/request-timeout.ts';

/** What an adapter to a cluster may use and how long it is patient. */
export interface ClusterLimits {
  /** Connections to one cluster, and so requests under way at once; watches come on top. */
  readonly connections: number;
  /** For TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** For one attempt of a request; the server drops a write that takes longer, too. */
  readonly requestTimeoutMs: number;
  /** The longest answer that is read. */
  readonly maxAnswerBytes: number;
  /** Objects in one page of a list. */
  readonly pageSize: number;
  /** How long credentials are used before their source is asked again. */
  readonly credentialsMaxAgeMs: number;
  /** How long an exec plugin may take; some of them open a browser and wait for a person. */
  readonly credentialsTimeoutMs: number;
  readonly retry: RetryLimits;
}

/** How often and for how long a request is tried. */
export interface RetryLimits {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** The same where the server says that it has too much to do (429). */
  readonly throttledAttempts: number;
  /** The first pause; each further one is twice as long. */
  readonly baseDelayMs: number;
  /** The longest pause; a server that asks for more is not waited for. */
  readonly maxDelayMs: number;
  /** No attempt is begun later than this after the first one. */
  readonly windowMs: number;
}

/**
 * A command that writes has a third as many connections as changes under way (`openHouse`): as many as here,
 * unless `--concurrency` says otherwise.
 *
 * Eight connections of HTTP/1.1: an API server on two cores took 560 to 700 server-side applies a
 * second over them, no more over sixteen, and half as many over one of HTTP/2.
 *
 * One minute is how long client-go, too, trusts what it read from a token file.
 */
export const DEFAULT_LIMITS: ClusterLimits = {
  connections: 8,
  connectTimeoutMs: 10_000,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  maxAnswerBytes: 64 * 1024 * 1024,
  pageSize: 500,
  credentialsMaxAgeMs: 60_000,
  credentialsTimeoutMs: 180_000,
  retry: {
    attempts: 5,
    throttledAttempts: 10,
    baseDelayMs: 250,
    maxDelayMs: 30_000,
    windowMs: 45_000,
  },
};
