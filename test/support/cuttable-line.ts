import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut, as a network can. */
export interface CuttableLine {
  readonly port: number;
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** The same, as soon as the server answers to these words: they have arrived, and their answer never does. */
  cutAtAnswerTo(words: string): Promise<void>;
  /** Lets connections through again, at the same port. */
  mend(): Promise<void>;
}

export async function startLine(targetPort: number): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  let onAsked: ((words: Buffer, by: { near: Socket; far: Socket }) => void) | undefined;
  const server = createServer((near) => {
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
        other.destroy();
      });
      socket.pipe(other);
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
    async mend() {
      await listen(port);
    },
  };
}
