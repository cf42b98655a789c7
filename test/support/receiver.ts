import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a receiver answers. Doing nothing leaves the sender waiting. */
export type Answerer = (response: ServerResponse) => unknown;

/** A request as it arrived. */
export interface HeardRequest {
  readonly at: Date;
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly clientPort: number | undefined;
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** An HTTP server on 127.0.0.1, as a customer's would be, that notes what reaches it. */
export async function startReceiver(answer: Answerer = (response) => response.end(), port = 0) {
  const heard: HeardRequest[] = [];
  const server = createServer((request, response) => {
    // A sender that goes away in the middle has said nothing.
    text(request).then(
      (body) => {
        const { method, headers, socket } = request;
        heard.push({ at: new Date(), method, headers, body, clientPort: socket.remotePort });
        return answer(response);
      },
      () => undefined,
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    heard,
    port: taken,
    url: `http://127.0.0.1:${taken}/`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
