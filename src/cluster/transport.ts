import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { ServiceError, SisyphusError } from '../model/errors.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { Connection, type ConnectionOptions, type RawRequest } from './connection.ts';
import { type ConnectionFailure, connectionFailure } from './connection-failure.ts';
import { AnswerError, UnreachableError } from './errors.ts';
import { readJsonLines } from './json-lines.ts';
import { retryDelayMs } from './retry.ts';
import { isPassing, readStatus, type Status } from './status.ts';

/** A request that is sent again after passing trouble. */
export interface ApiRequest extends RawRequest {
  /** Errors that may be gone a moment later, beyond those of a server in trouble. */
  readonly isPassing?: ((status: Status) => boolean) | undefined;
}

interface Answer {
  readonly status: number;
  /** Undefined where the body is no JSON object. */
  readonly body: JsonObject | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

/** An answer, be it an error. */
export interface ApiAnswer extends Answer {
  /** How many requests it took; any of them may have had its effect. */
  readonly attempts: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
}

/** What the transport of one cluster is opened with. */
export interface TransportOptions extends ConnectionOptions {
  /** Breaks everything off when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one cluster until they are answered or there is no hope. */
export class Transport {
  readonly cluster: string;
  readonly #options: TransportOptions;
  readonly #connection: Connection;
  readonly #slots: LimitFunction;
  readonly #closing = new AbortController();
  #lost: UnreachableError | undefined;

  constructor(options: TransportOptions) {
    this.cluster = options.access.context;
    this.#options = options;
    this.#connection = new Connection(options);
    this.#slots = pLimit(options.limits.connections);
    // One listener for each pause; there may be many, and that is no leak.
    setMaxListeners(0, this.#closing.signal);
    options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** The URL of the API server. */
  get server(): string {
    return this.#options.access.cluster.server.href;
  }

  /**
   * Sends a request, again after passing trouble.
   *
   * @throws UnreachableError where the cluster answers nothing at all; from then on it does at once
   * @throws AnswerError where the cluster only gives no answer to this request
   */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    const beganAtMs = performance.now();
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await this.#slots(() => this.#attempt(request));
      const elapsedMs = performance.now() - beganAtMs;
      const delayMs = this.#delayMs(request, outcome, attempts, elapsedMs);
      if (delayMs !== undefined) await this.pause(delayMs);
      else if ('why' in outcome) throw await this.#failure(outcome);
      else return { ...outcome, attempts, elapsedMs };
    }
  }

  /**
   * Opens a watch and gives its events as they come, until the server, the connection or the signal
   * ends it. It ends at once where the server allows no watch.
   */
  async *watch(request: ApiRequest, signal: AbortSignal): AsyncGenerator<JsonObject> {
    this.#assertUsable();
    try {
      const { body } = await this.#connection.watch(request, signal);
      if (body !== undefined) yield* readJsonLines(body);
    } catch (error) {
      if (error instanceof SisyphusError) throw error;
    }
  }

  /** Waits, unless everything is broken off meanwhile. */
  async pause(delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }

  /** Ends what is under way, pauses included. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }

  async #attempt(request: ApiRequest): Promise<Answer | ConnectionFailure> {
    this.#assertUsable();
    try {
      const { status, headers, body } = await this.#connection.send(request);
      return { status, headers, body: parseObject(body.toString()) };
    } catch (error) {
      if (error instanceof SisyphusError) throw error;
      this.#assertUsable();
      return connectionFailure(error);
    }
  }

  #delayMs(
    request: ApiRequest,
    outcome: Answer | ConnectionFailure,
    attempts: number,
    elapsedMs: number,
  ): number | undefined {
    const { retry } = this.#options.limits;
    if ('why' in outcome) {
      return outcome.passing ? retryDelayMs({}, attempts, elapsedMs, retry) : undefined;
    }
    const { status } = outcome;
    if (status < 400) return undefined;
    const answer = readStatus(status, outcome.body);
    if (!isPassing(answer) && !request.isPassing?.(answer)) return undefined;
    const retryAfter = header(outcome, 'retry-after');
    return retryDelayMs({ status, retryAfter }, attempts, elapsedMs, retry);
  }

  /** Tells a request that fails alone from a cluster that is gone, by asking for something simple. */
  async #failure(failure: ConnectionFailure): Promise<AnswerError | UnreachableError> {
    if (failure.isAnswer || (failure.passing && (await this.#answers()))) {
      return new AnswerError(this.cluster, failure.why, failure.cause);
    }
    this.#lost ??= new UnreachableError(this.cluster, failure.why, failure.cause);
    return this.#lost;
  }

  async #answers(): Promise<boolean> {
    return 'status' in (await this.#attempt({ method: 'GET', path: '/version' }));
  }

  #assertUsable(): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (!this.#closing.signal.aborted) return;
    const cause = this.#options.signal?.reason;
    throw new ServiceError(`the work in cluster ${this.cluster} was broken off`, {
      code: 'interrupted',
      cause,
    });
  }
}

/** One header of an answer; the first where it came several times. */
export function header({ headers }: Pick<Answer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
