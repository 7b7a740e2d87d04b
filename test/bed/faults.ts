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
  /** Never answers. */
  | { readonly hang: true };

/** When a fault happens. The first rule that fits a request is taken. */
export interface FaultRule {
  readonly method?: string;
  readonly path: RegExp;
  /** How many requests it strikes; all where absent. */
  readonly times?: number;
  readonly fault: Fault;
}

/** A request that reached a proxy. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
}

/** A real HTTP server between a client and another one, which can be told to misbehave. */
export interface FaultProxy {
  readonly url: string;
  readonly host: string;
  /** Every request so far, in order. */
  readonly seen: readonly SeenRequest[];
  /** Settles when a request that fits has come, be it before or after this call. */
  saw(fits: (request: SeenRequest) => boolean): Promise<void>;
  /** Adds a rule, after those there are. */
  add(rule: FaultRule): void;
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
  const active = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  const seen: SeenRequest[] = [];
  const arrivals = new EventEmitter();

  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const { authorization, accept } = headers;
    seen.push({ method, path: url, authorization, accept });
    arrivals.emit('request');
    const found = active.find(
      ({ rule, left }) =>
        left > 0 && rule.path.test(url) && (rule.method === undefined || rule.method === method),
    );
    if (found !== undefined) found.left -= 1;
    serve(target, incoming, outgoing, found?.rule.fault);
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
      active.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function serve(
  target: FaultTarget,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault !== undefined && 'hang' in fault) return;
  if (fault !== undefined && 'reset' in fault && fault.reset === 'before') {
    incoming.socket.resetAndDestroy();
    return;
  }
  if (fault !== undefined && 'status' in fault) {
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const url = new URL(incoming.url ?? '/', target.url);
  const { method } = incoming;
  const headers = { ...incoming.headers };
  const without =
    fault !== undefined && 'withoutRequestHeaders' in fault ? fault.withoutRequestHeaders : [];
  for (const name of without) delete headers[name];
  const options = { method, headers, ca: target.certificateAuthority };
  const send = url.protocol === 'https:' ? requestSecurely : request;
  const passed = send(url, options, (answer) => {
    if (fault !== undefined && 'reset' in fault) incoming.socket.resetAndDestroy();
    else passOn(answer, outgoing, fault);
  });
  passed.on('error', () => outgoing.destroy());
  incoming.pipe(passed);
}

function passOn(answer: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
  const headers = { ...answer.headers };
  const without = fault !== undefined && 'withoutHeaders' in fault ? fault.withoutHeaders : [];
  for (const name of without) delete headers[name];
  outgoing.writeHead(answer.statusCode ?? 502, headers);
  if (fault === undefined || !('cutAfterBytes' in fault)) {
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
