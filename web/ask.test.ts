/** `src/lib/api.ts` against a server that answers as it likes: it runs on Node, of which the pages know nothing. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ask, LONG_PATIENCE_MS } from './src/lib/api.ts';

let server: Server;
let url: string;
let answer: RequestListener;
beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  // Only the page's: what carries the requests goes by the real time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const NOTHING: RequestListener = () => undefined;
const HALF: RequestListener = (_, response) => void response.writeHead(200).write('{"half":');
const UNREACHABLE = { status: 0, message: expect.stringContaining('cannot be reached') };

/** How asking ends, once it has ended. */
function asked(...question: Parameters<typeof ask>) {
  const how: { end?: unknown } = {};
  ask(...question).then(
    (value) => (how.end = value),
    (error: unknown) => (how.end = error),
  );
  return how;
}
const until = async (how: { end?: unknown }): Promise<unknown> =>
  await vi.waitUntil(() => how.end, { timeout: 20_000 });
/** Long enough for an answer that was given to be noticed. */
const NOTICED_MS = 200;

describe('a question to the service', () => {
  test.each([
    ['no', NOTHING],
    ['half an', HALF],
  ])('ends where for half a minute %s answer comes', async (_, silence) => {
    const reached = Promise.withResolvers<void>();
    answer = (request, response) => {
      silence(request, response);
      reached.resolve();
    };
    const how = asked('PUT', url, { body: {} });
    await reached.promise;
    await sleep(NOTICED_MS);
    vi.advanceTimersByTime(29_000);
    await sleep(NOTICED_MS);
    expect(how.end).toBeUndefined();
    vi.advanceTimersByTime(2000);
    expect(await until(how)).toMatchObject(UNREACHABLE);
  });

  test('may take longer where there is much to do, or much to be sent', async () => {
    answer = NOTHING;
    const long = asked('POST', url, { patienceMs: LONG_PATIENCE_MS });
    const large = asked('PUT', url, { body: 'x'.repeat(1_000_000) });
    vi.advanceTimersByTime(60_000);
    await sleep(NOTICED_MS);
    expect([long.end, large.end]).toEqual([undefined, undefined]);
    vi.advanceTimersByTime(60_000);
    expect(await until(large)).toMatchObject(UNREACHABLE);
    expect(long.end).toBeUndefined();
  });

  test('is given up with its asker, which is no failure of the service', async () => {
    answer = NOTHING;
    const asker = new AbortController();
    const how = asked('GET', url, { signal: asker.signal });
    asker.abort();
    expect(await until(how)).toBe(asker.signal.reason);
  });

  test('is answered, or refused in the words of the service', async () => {
    answer = (_, response) => void response.end('{"is":"there"}');
    expect(await ask('GET', url)).toEqual({ is: 'there' });
    answer = (_, response) => {
      response.writeHead(400, { 'x-error-code': 'edits.conflict' }).end('{"detail":"No."}');
    };
    const refusal = { status: 400, code: 'edits.conflict', message: 'No.' };
    await expect(ask('GET', url)).rejects.toMatchObject(refusal);
  });
});
