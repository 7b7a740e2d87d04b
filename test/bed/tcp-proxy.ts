import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** Stands between a client and a server, byte for byte, until it is told to misbehave. */
export interface TcpProxy {
  readonly port: number;
  /** Sees what clients send before it is passed on; false breaks all connections instead. */
  listen(hear: (bytes: Buffer) => boolean): void;
  /** Swallows everything from now on, in both directions, and says nothing to anybody. */
  freeze(): void;
  /** Breaks the connections there are; new ones are passed on. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of this machine for a server on `targetPort`. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let frozen = false;
  let hear = (_bytes: Buffer): boolean => true;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A broken connection is what this is for.
    socket.on('error', () => {});
  };
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => {
      if (!frozen && !to.destroyed) to.write(bytes);
    });
    from.on('end', () => {
      if (!frozen) to.end();
    });
    // A process that is killed resets what it has not read.
    from.on('error', () => {
      if (!frozen) to.destroy();
    });
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
    track(client);
    track(target);
    // Added first, so that it is called before what passes the bytes on.
    client.prependListener('data', (bytes: Buffer) => {
      if (!hear(bytes)) cut();
    });
    pass(client, target);
    pass(target, client);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    listen(next) {
      hear = next;
    },
    freeze() {
      frozen = true;
    },
    cut,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
