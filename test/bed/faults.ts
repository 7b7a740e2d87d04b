import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a proxy does instead of passing a request on. */
type Fault =
  /** Answers by itself; with a `location` header it redirects. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Passes the answer on, but breaks the connection after so many bytes of its body. */
  | { readonly cutAfterBytes: number }
  /** Passes the answer on without these headers. */
  | { readonly withoutHeaders: readonly string[] }
  /** Passes the request on without these headers. */
  | { readonly withoutRequestHeaders: readonly string[] }
  /** Resets the connection instead of passing the request on, or when the answer has come. */
  | { readonly reset: 'before' | 'after' }
  /** Passes the request on after a while. */
  | { readonly delayMs: number }
  /** Never answers. */
  | { readonly hang: true }
  /** Passes all of it on, as without a fault. */
  | { readonly pass: true };

/** When a fault happens. The first rule that fits a request is taken. */
export interface FaultRule {
  readonly method?: string;
  readonly path: RegExp;
  readonly fits?: (request: SeenRequest) => boolean;
  /** How many requests that fit it lets pass before it strikes; none where absent. */
  readonly skip?: number;
  /** How many requests it strikes; all where absent. */
  readonly times?: number;
  readonly fault: Fault;
  /**
   * Called when it strikes: when the request has come, or, where the fault passes it on, when the answer
   * has come (`reset`) or has been handed over.
   */
  readonly call?: () => void;
}

/** A request that reached a proxy. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  /** As far as it was passed on. */
  readonly body: string;
  /** What the server behind answered, once it has. */
  readonly status: number | undefined;
}

/** What is noted of a request while it passes. */
type Note = { -readonly [field in keyof SeenRequest]: SeenRequest[field] };

/** A real HTTP server between a client and another one, which can be told to misbehave. */
export interface FaultProxy {
  readonly url: string;
  readonly host: string;
  /** Every request so far, in order. */
  readonly seen: readonly SeenRequest[];
  /** Settles when a request that fits has come, be it before or after this call. */
  saw(fits: (request: SeenRequest) => boolean): Promise<void>;
  /** Adds a rule, after those there are. @returns takes it away again */
  add(rule: FaultRule): () => void;
  stop(): Promise<void>;
}

/** The server behind a proxy. */
export interface FaultTarget {
  readonly url: string;
  /** PEM of the authority that signed its certificate, for one with TLS. */
  readonly certificateAuthority?: string;
}

/** Starts a proxy on a free port of this machine that passes everything to `target` but what the rules say. */
export async function startFaultProxy(
  target: FaultTarget,
  rules: readonly FaultRule[] = [],
): Promise<FaultProxy> {
  const active = rules.map(activate);
  const seen: SeenRequest[] = [];
  const arrivals = new EventEmitter();

  const server = createServer((incoming, outgoing) => {
    const note = noteOf(incoming);
    seen.push(note);
    arrivals.emit('request');
    serve({ target, incoming, outgoing, note, rule: ruleFor(note, active) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `http://${host}`,
    host,
    seen,
    async saw(fits) {
      while (!seen.some(fits)) await once(arrivals, 'request');
    },
    add(rule) {
      const added = activate(rule);
      active.push(added);
      return () => void active.splice(active.indexOf(added), 1);
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface ActiveRule {
  readonly rule: FaultRule;
  skip: number;
  left: number;
}

function activate(rule: FaultRule): ActiveRule {
  return { rule, skip: rule.skip ?? 0, left: rule.times ?? Number.POSITIVE_INFINITY };
}

function noteOf({ method = 'GET', url = '/', headers }: IncomingMessage): Note {
  const { authorization, accept, 'content-type': contentType } = headers;
  return { method, path: url, authorization, accept, contentType, body: '', status: undefined };
}

function ruleFor(request: SeenRequest, active: readonly ActiveRule[]): FaultRule | undefined {
  const { method, path } = request;
  const found = active.find(({ rule, left }) => {
    if (left === 0 || !rule.path.test(path)) return false;
    return (rule.method ?? method) === method && rule.fits?.(request) !== false;
  });
  if (found === undefined) return undefined;
  if (found.skip > 0) {
    found.skip -= 1;
    return undefined;
  }
  found.left -= 1;
  return found.rule;
}

/** A request on its way through. */
interface Passage {
  readonly target: FaultTarget;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly note: Note;
  readonly rule: FaultRule | undefined;
}

function serve(passage: Passage): void {
  const { incoming, outgoing, rule } = passage;
  const fault = rule?.fault ?? { pass: true };
  if ('delayMs' in fault) {
    setTimeout(() => forward(passage, fault), fault.delayMs);
    return;
  }
  const isPassedOn = !('hang' in fault || 'status' in fault || isResetBefore(fault));
  if (isPassedOn) {
    forward(passage, fault);
    return;
  }
  rule?.call?.();
  if ('status' in fault) outgoing.writeHead(fault.status, fault.headers).end(fault.body);
  if (isResetBefore(fault)) incoming.socket.resetAndDestroy();
}

function isResetBefore(fault: Fault): boolean {
  return 'reset' in fault && fault.reset === 'before';
}

function forward({ target, incoming, outgoing, note, rule }: Passage, fault: Fault): void {
  const url = new URL(incoming.url ?? '/', target.url);
  const { method } = incoming;
  const headers = { ...incoming.headers };
  const without = 'withoutRequestHeaders' in fault ? fault.withoutRequestHeaders : [];
  for (const name of without) delete headers[name];
  const options = { method, headers, ca: target.certificateAuthority };
  const send = url.protocol === 'https:' ? requestSecurely : request;
  const passed = send(url, options, (answer) => {
    note.status = answer.statusCode;
    if ('reset' in fault) {
      rule?.call?.();
      incoming.socket.resetAndDestroy();
      return;
    }
    if (rule?.call !== undefined) outgoing.on('finish', rule.call);
    passOn(answer, outgoing, fault);
  });
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) passed.destroy();
  });
  incoming.on('data', (chunk: Buffer) => {
    note.body += chunk.toString();
  });
  incoming.pipe(passed);
}

function passOn(answer: IncomingMessage, outgoing: ServerResponse, fault: Fault): void {
  const headers = { ...answer.headers };
  const without = 'withoutHeaders' in fault ? fault.withoutHeaders : [];
  for (const name of without) delete headers[name];
  outgoing.writeHead(answer.statusCode ?? 502, headers);
  if (!('cutAfterBytes' in fault)) {
    answer.pipe(outgoing);
    return;
  }
  let left = fault.cutAfterBytes;
  answer.on('data', (chunk: Buffer) => {
    outgoing.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) outgoing.destroy();
  });
  answer.on('end', () => outgoing.end());
}
