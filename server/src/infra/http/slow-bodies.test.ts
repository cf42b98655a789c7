import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openConnection } from '../../../../test/support/raw-http.ts';
import { signIn } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const BODY_MS = 600;
const LATE = 'The request could not be understood: its body did not arrive in time.';

let service: TestService;
let headers: string[];
beforeAll(async () => {
  service = await startTestService({
    working: false,
    timeouts: { headersMs: 300, silenceMs: 2000, bodyMs: BODY_MS, requestMs: 60_000, checkEveryMs: 100 },
    settings: { stripeSecretKey: 'sk_test_x', stripeWebhookSecret: 'whsec_x' },
  });
  const { key } = await service.newCustomer();
  const { cookie } = await signIn(service);
  headers = [`Origin: ${service.url}`, `Cookie: ${cookie}`, `X-API-Key: ${key}`];
});
afterAll(() => service.close());

async function begin(what: string, bytes: number, ...more: string[]) {
  const connection = await openConnection(service.url);
  const host = `Host: ${new URL(service.url).host}`;
  connection.sayHead(`${what} HTTP/1.1`, host, ...headers, `Content-Length: ${bytes}`, ...more);
  return connection;
}
const JSON_TYPE = 'Content-Type: application/json';

test.each([
  'POST /app/auth/log-in',
  'PUT /app/account/time-zone',
  'POST /api/v1/webhooks',
  'POST /webhooks/stripe',
])('%s is refused when its body trickles in, and the connection ends', async (what) => {
  const connection = await begin(what, 8000, JSON_TYPE);
  const began = Date.now();
  const dripping = setInterval(() => connection.say(' '), 50);
  try {
    const answer = await connection.answer();
    expect(Date.now() - began).toBeLessThan(BODY_MS + 1000);
    expect(answer).toMatchObject({ status: 400, body: JSON.stringify({ detail: LATE }) });
    expect(answer?.headers['x-error-code']).toBe('request.malformed');
    await connection.untilEnded();
  } finally {
    clearInterval(dripping);
  }
});

test('a body that comes in pieces, but in time, is read', async () => {
  const body = '{"timeZone":"Australia/Sydney"}';
  const connection = await begin('PUT /app/account/time-zone', body.length, JSON_TYPE);
  for (const piece of [body.slice(0, 9), body.slice(9, 20), body.slice(20)]) {
    await delay(50);
    connection.say(piece);
  }
  expect((await connection.answer())?.status).toBe(200);
  await delay(BODY_MS + 200);
  // On the same connection, which the time for the last body ends no more.
  connection.sayHead('GET /app/auth/options HTTP/1.1', 'Host: x');
  expect((await connection.answer())?.status).toBe(200);
  connection.close();
});

test('one that goes away in the middle of a body leaves the service well', async () => {
  const connection = await begin('POST /app/auth/log-in', 100, JSON_TYPE);
  connection.say('{');
  await delay(100);
  connection.close();
  await delay(BODY_MS + 200);
  expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  expect(service.troubles).toEqual([]);
});

test('a piece of a recording may take as long as its line needs', async () => {
  const tus = 'Tus-Resumable: 1.0.0';
  const name = `Upload-Metadata: filename ${Buffer.from('talk.mp3').toString('base64')}`;
  const begun = await begin('POST /app/uploads', 0, tus, 'Upload-Length: 40', name);
  const url = (await begun.answer())?.headers['location'];
  begun.close();
  const type = 'Content-Type: application/offset+octet-stream';
  const connection = await begin(`PATCH ${url}`, 40, tus, 'Upload-Offset: 0', type);
  for (let sent = 0; sent < 40; sent += 1) {
    connection.say('x');
    await delay(40);
  }
  expect((await connection.answer())?.status).toBe(204);
  connection.close();
});
