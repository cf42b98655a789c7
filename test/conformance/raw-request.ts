import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { inject } from 'vitest';

import type { Answer } from './api.ts';
import { expectGroundRules } from './ground-rules.ts';

/** A request whose body comes bit by bit, or never. */
export interface RawRequest {
  write(bytes: string | Uint8Array): void;
  /** What the server answers, however much of the request it has seen. */
  answer(): Promise<Answer>;
  /** Goes away without a word. */
  hangUp(): void;
}

/** Sends the head of a request to the server that is tested, over a connection of its own. */
export async function beginRequest(
  head: { method: string; path: string; headers: Readonly<Record<string, string>> },
  from: { address?: string } = {},
): Promise<RawRequest> {
  const url = new URL(inject('conformance').url);
  const socket = connect(url, from.address);
  await once(socket, url.protocol === 'https:' ? 'secureConnect' : 'connect');
  // The server may hang up on a body that it does not want: that is for `answer` to judge.
  socket.on('error', () => undefined);
  const lines = Object.entries({ Host: url.host, ...head.headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write([`${head.method} ${head.path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  const received = readAnswer(socket);
  // Whoever hangs up does not ask for it.
  received.catch(() => undefined);
  return {
    write: (bytes) => void socket.write(bytes),
    answer: async () => {
      const answer = await received;
      expectGroundRules(answer);
      socket.destroy();
      return answer;
    },
    hangUp: () => void socket.destroy(),
  };
}

function connect(url: URL, localAddress?: string): Socket {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const place = { host, port: Number(url.port) || (isTls ? 443 : 80), ...(localAddress && { localAddress }) };
  return isTls ? connectTls({ ...place, servername: host }) : connectPlain(place);
}

/** Reads one answer that has a Content-Length, as every JSON answer has. Rejects when the connection ends before it. */
async function readAnswer(socket: Socket): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let received = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    const answer = parse(received);
    if (answer) resolve(answer);
  });
  socket.on('close', () =>
    reject(new Error(`the connection ended without an answer: ${received.toString()}`)),
  );
  return await promise;
}

function parse(received: Buffer): Answer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = received.subarray(0, end).toString().split('\r\n');
  const headers = new Headers(lines.map((text) => text.split(/:\s*(.*)/s).slice(0, 2) as [string, string]));
  const length = Number(headers.get('content-length'));
  const bytes = received.subarray(end + 4);
  if (bytes.length < length) return null;
  const text = bytes.subarray(0, length).toString();
  return {
    status: Number(first.split(' ')[1]),
    headers,
    bytes,
    text,
    body: JSON.parse(text) as Answer['body'],
  };
}
