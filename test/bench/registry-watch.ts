import { startTcpProxy } from '../bed/tcp-proxy.ts';

/** A request that went to the registry. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
}

/** A way to a registry on which its requests are seen. */
export interface RegistryWatch {
  readonly url: string;
  /** Every request so far, in order. */
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

const requestLine = /^(HEAD|GET|POST|PUT|PATCH|DELETE) (\S+) HTTP\/1\.1\r$/gm;

/**
 * Starts a way to a registry without TLS. It passes bytes on and only looks for the first lines of
 * requests among them: it shares the processor with what is measured.
 */
export async function watchRegistry({ url }: { readonly url: string }): Promise<RegistryWatch> {
  const seen: SeenRequest[] = [];
  const proxy = await startTcpProxy(Number(new URL(url).port));
  proxy.listen((bytes) => {
    for (const [, method = '', path = ''] of bytes.toString('latin1').matchAll(requestLine)) {
      seen.push({ method, path });
    }
    return true;
  });
  return { url: `http://127.0.0.1:${proxy.port}`, seen, stop: () => proxy.stop() };
}
