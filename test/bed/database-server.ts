import type { CertifiedHost } from './certificates.ts';
import { freePort } from './free-port.ts';
import { removeScratch } from './scratch.ts';
import { type ServerProcess, waitUntil } from './server-process.ts';

/** How a database server speaks. */
export interface DatabaseServerOptions {
  /** Offers TLS, to those who ask for it, by a certificate for this host. */
  readonly tls?: CertifiedHost;
}

/** A database server of the bed, until it is stopped or this process ends. */
export interface DatabaseServer {
  /** The URL of a database on it, as a user who may do everything there. */
  readonly url: string;
  /** Its Unix socket, as its URLs name it. */
  readonly socket: string;
  /** The PEM file of the authority to trust, where it speaks TLS. */
  readonly certificateFile?: string;
  stop(): Promise<void>;
}

/** Where a server listens, and what it takes to know that it does. */
interface Start {
  readonly name: string;
  readonly scratch: string;
  readonly start: (port: number) => ServerProcess;
  /** Settles once the server answers on that port; throws or hangs before. */
  readonly probe: (port: number) => Promise<void>;
}

/** Of everybody on every database server. */
export const password = 'uphill-again';

const READY_MS = 60_000;
const PORT_ATTEMPTS = 5;

/** Starts a server on a free port, on another one where somebody takes the first meanwhile. */
export async function startOnFreePort({ name, scratch, start, probe }: Start) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = start(port);
    const stop = async () => {
      await server.kill();
      await removeScratch(scratch);
    };
    try {
      const wait = { purpose: `${name} to answer`, servers: [server], deadlineMs: READY_MS };
      await waitUntil(wait, () => probe(port).then(() => true));
      return { port, stop };
    } catch (error) {
      const collided = /address already in use/i.test(await server.logTail());
      if (collided && attempt < PORT_ATTEMPTS) continue;
      await stop();
      throw error;
    }
  }
}
