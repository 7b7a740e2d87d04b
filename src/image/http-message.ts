/** A request whose answer is read whole. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent only to the origin of `url`, never where a redirect leads to another one. */
  readonly authorization?: string | undefined;
  readonly body?: string | Uint8Array;
  /** The longest answer that is accepted; an error's is cut instead. */
  readonly maxBytes: number;
  /** Whom we speak to, for errors: `registry`, `token service`. */
  readonly peer: string;
  /** What is asked for, for errors: `blob sha256:…`. */
  readonly what?: string;
}

/** An answer; a status that is an error is an answer too. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** How many requests it took. */
  readonly attempts: number;
}

/** One header of an answer; the first where it came several times. */
export function header(response: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
