import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut, as a network can. */
export interface CuttableLine {
  readonly port: number;
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** The same, as soon as the server answers to these words: they have arrived, and their answer never does. */
  cutAtAnswerTo(words: string): Promise<void>;
  /**
   * Swallows what comes, over new connections, too, and tells neither end of it: as when the power goes at the other. What
   * is connected by then stays dead for good.
   */
  freeze(): void;
  /** Lets connections through again, at the same port. */
  mend(): Promise<void>;
}

export async function startLine(targetPort: number): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  const dead = new Set<Socket>();
  let frozen = false;
  let onAsked: ((words: Buffer, by: { near: Socket; far: Socket }) => void) | undefined;
  function swallow(socket: Socket): void {
    dead.add(socket);
    socket.unpipe().resume();
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(targetPort, '127.0.0.1');
    near.on('data', (words) => onAsked?.(words, { near, far }));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        if (!dead.delete(socket)) other.destroy();
      });
      if (frozen) swallow(socket);
      else socket.pipe(other);
    }
  });
  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  async function cut(): Promise<void> {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }
  const port = await listen(0);
  return {
    port,
    cut,
    async cutAtAnswerTo(words) {
      const { promise: answered, resolve } = Promise.withResolvers<void>();
      onAsked = (asked, { near, far }) => {
        if (!asked.includes(words)) return;
        onAsked = undefined;
        // Before it is passed on: what is written to a socket that is gone is dropped.
        far.prependOnceListener('data', () => {
          near.destroy();
          resolve();
        });
      };
      await answered;
      await cut();
    },
    freeze() {
      frozen = true;
      for (const socket of sockets) swallow(socket);
    },
    async mend() {
      frozen = false;
      if (!server.listening) await listen(port);
    },
  };
}
