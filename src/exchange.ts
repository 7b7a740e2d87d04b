import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { optimiseWebAssemblyLate } from './late-optimisation.ts';

// undici translates its parser when it makes the first connection.
optimiseWebAssemblyLate();

/** An answer to an HTTP request, be it an error. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
  /** False where the body was longer than it may be, and is cut. */
  readonly isWhole: boolean;
}

/** How an answer is waited for. */
export interface ExchangeOptions {
  /** For everything, the wait for a connection included. */
  readonly timeoutMs: number;
  /** How long a body may be, in bytes, by the answer's status. */
  readonly maxBytes?: (status: number) => number;
  /**
   * Called right before the request is written to its connection. Between the wish to send it and that
   * moment a connection may have to be made, and this process may be frozen for as long as it likes.
   * What this throws is what the request ends with, unsent.
   */
  readonly beforeWrite?: (() => void) | undefined;
}

/**
 * Sends a request and reads the answer whole. undici's `request` gives a stream for each answer, which costs
 * a third more processor time; these answers are read whole anyway. The connection is kept, whatever the method.
 *
 * @throws DOMException `TimeoutError`, what `beforeWrite` throws, and undici's error where there is no answer
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader(options, resolve, reject);
    // Left to itself, undici closes it after a HEAD and after a DELETE with a body: some servers send or leave
    // bytes there that they should not. With TLS a connection costs ten times as much as a request.
    dispatcher.dispatch({ ...request, reset: false }, reader);
  });
}

const NO_LIMIT = () => Number.POSITIVE_INFINITY;

/** Takes the parts of an answer as they come. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #beforeWrite: (() => void) | undefined;
  readonly #maxBytes: (status: number) => number;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: Pick<Answer, 'status' | 'headers'> = { status: 0, headers: {} };
  #controller: Dispatcher.DispatchController | undefined;
  #late: Error | undefined;

  constructor(
    { timeoutMs, maxBytes = NO_LIMIT, beforeWrite }: ExchangeOptions,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#beforeWrite = beforeWrite;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#giveUp(), timeoutMs).unref();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#late !== undefined) throw this.#late;
    this.#beforeWrite?.();
    this.#controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // An informational answer (RFC 9110, 15.2) may come first; the one that counts takes its place.
    this.#head = { status, headers };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#maxBytes(this.#head.status)) {
      this.#chunks.push(chunk);
      return;
    }
    this.#end(false);
    // The connection goes with it, because nobody will read the rest.
    controller.abort(new Error('the answer is longer than it may be'));
  }

  onResponseEnd(): void {
    this.#end(true);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }

  #end(isWhole: boolean): void {
    clearTimeout(this.#timer);
    this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks), isWhole });
  }

  /** A request that still waits for its connection is dropped when it gets one. */
  #giveUp(): void {
    this.#late = new DOMException('the answer took too long', 'TimeoutError');
    this.#controller?.abort(this.#late);
    this.#reject(this.#late);
  }
}
