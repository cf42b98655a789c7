import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createHttpServer, type HttpServer } from './http-server.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await createHttpServer({ log: pino({ level: 'silent' }) });
  server.get('/here', () => ({ here: true }));
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

/** The whole answer to bytes that no HTTP client would send. */
async function answerTo(...lines: string[]): Promise<string> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write([...lines, '', ''].join('\r\n'));
  return await text(socket);
}

test('what is not HTTP has a request id to report, too', async () => {
  expect(await answerTo('hello')).toMatch(/^x-request-id: [0-9a-f-]{36}\r$/m);
});

test('an expectation that nobody knows is none', async () => {
  const answer = await answerTo('GET /here HTTP/1.1', 'Host: x', 'Expect: wonders', 'Connection: close');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});

test('a request without a host is refused with a detail, unless it is older than that header', async () => {
  const answer = await answerTo('GET /here HTTP/1.1', 'Connection: close');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('{"detail":"The request could not be understood: it has no Host header."}');
  expect(await answerTo('GET /here HTTP/1.0')).toMatch(/^HTTP\/1\.1 200 /);
});

test('a request that is still arriving when the server closes is answered like any other', async () => {
  const closing = await createHttpServer({ log: pino({ level: 'silent' }) });
  closing.get('/here', () => ({ here: true }));
  await closing.listen({ port: 0, host: '127.0.0.1' });
  const begun = once(closing.server, 'connection');
  const socket = connect((closing.server.address() as AddressInfo).port, '127.0.0.1');
  const answer = text(socket);
  socket.write('GET /here HTTP/1.1\r\n');
  const [connection] = (await begun) as [Socket];
  await expect.poll(() => connection.bytesRead).toBeGreaterThan(0);
  const closed = closing.close();
  socket.write('Host: x\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 [^]*{"here":true}/);
  await closed;
});

test('of the addresses that a request is said to come from, the one that the proxy in front has added is believed', async () => {
  const behind = await createHttpServer({ log: pino({ level: 'silent' }), trustProxy: true });
  behind.get('/whence', ({ ip }) => ({ ip }));
  const { body } = await behind.inject({
    url: '/whence',
    headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
  });
  expect(JSON.parse(body)).toEqual({ ip: '203.0.113.7' });
  await behind.close();
});
