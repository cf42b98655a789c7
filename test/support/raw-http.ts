import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type RawConnection = Awaited<ReturnType<typeof openConnection>>;

/**
 * A connection on which a test says exactly what it wants to: also what no HTTP client would. Lines of a head are given
 * without their line ends. `bodiless` where the question was a `HEAD`.
 */
export async function openConnection(baseUrl: string) {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let heard = '';
  let ended = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  // A connection that is cut is what many of these tests are about.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => (ended = true));
  const drained = () => new Promise<void>((resolve) => socket.once('drain', () => resolve()));

  return {
    heard: () => heard,
    say: (bytes: string | Buffer) => void socket.write(bytes),
    sayHead: (...lines: string[]) => void socket.write([...lines, '', ''].join('\r\n')),

    /** The next final answer, whole. Null when the connection ended before it. */
    async answer({ bodiless = false } = {}): Promise<RawAnswer | null> {
      for (;;) {
        const read = readAnswer(heard, bodiless);
        if (read) heard = heard.slice(read.length);
        if (read && read.answer.status >= 200) return read.answer;
        if (!read && ended) return null;
        if (!read) await delay(5);
      }
    },

    /** Writes as fast as the server reads until it hangs up or `mostBytes` are gone; answers with how many went. */
    async pour(mostBytes: number): Promise<number> {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const gone = () => socket.bytesWritten - socket.writableLength;
      const before = gone();
      while (!socket.destroyed && gone() - before < mostBytes) {
        if (!socket.write(chunk)) await Promise.race([drained(), closed]);
      }
      return gone() - before;
    },

    /** Waits until the server has ended the connection. */
    async untilEnded(): Promise<void> {
      await closed;
    },

    close: () => void socket.destroy(),
  };
}

/** The answer to one request on a connection of its own; null when there was none. */
export async function askRaw(
  baseUrl: string,
  head: readonly string[],
  body: string | Buffer = '',
): Promise<RawAnswer | null> {
  const connection = await openConnection(baseUrl);
  connection.sayHead(...head);
  connection.say(body);
  const answer = await connection.answer({ bodiless: head[0]?.startsWith('HEAD ') ?? false });
  connection.close();
  return answer;
}

function readAnswer(heard: string, bodiless: boolean): { answer: RawAnswer; length: number } | null {
  const headEnd = heard.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = heard.slice(0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const bodyStart = headEnd + 4;
  const bodyLength = bodiless || status < 200 ? 0 : Number(headers['content-length'] ?? 0);
  if (heard.length < bodyStart + bodyLength) return null;
  const body = Buffer.from(heard.slice(bodyStart, bodyStart + bodyLength), 'latin1').toString('utf8');
  return { answer: { status, headers, body }, length: bodyStart + bodyLength };
}

/** Asks for something, reads the beginning of the answer and hangs up. */
export async function readABit(url: URL, headers: Record<string, string>): Promise<void> {
  const asked = request(url, { headers });
  asked.end();
  await new Promise<void>((resolve, reject) => {
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.once('data', () => {
        response.destroy();
        resolve();
      });
    });
  });
}
