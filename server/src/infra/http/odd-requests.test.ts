import { ERRORS } from '@icana/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { askRaw, openConnection, type RawAnswer } from '../../../../test/support/raw-http.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let service: TestService;
let key: string;
beforeAll(async () => {
  service = await startTestService({ working: false });
  ({ key } = await service.newCustomer());
});
afterAll(() => service.close());

const ask = async (head: string[], body?: string) =>
  await askRaw(service.url, [...head, 'Host: x', `X-API-Key: ${key}`], body);

/** Holds for every error whatever it is: one sentence, its code, and an id that the log knows. */
function expectDocumented(answer: RawAnswer | null, code: keyof typeof ERRORS): void {
  expect(answer?.headers['x-error-code']).toBe(code);
  expect(answer?.status).toBe(ERRORS[code].status);
  const body = JSON.parse(answer?.body ?? '') as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(['detail']);
  expect(body['detail']).toMatch(/^[A-Z].*\w.*$/);
  expect(body['detail']).not.toMatch(/\.\.$/);
  const id = answer?.headers['x-request-id'];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(service.logLines.filter((line) => line.includes(`"reqId":"${id}"`))).not.toEqual([]);
}

const VERBS = ['QUERY', 'PROPFIND', 'M-SEARCH', 'TRACE', 'OPTIONS', 'PUT', 'PATCH', 'SOURCE', 'BREW'];

describe('a verb that a path does not know is answered like a path that is not there', () => {
  test.each(VERBS)('%s', async (verb) => {
    for (const path of ['/api/v1/usage', '/api/v1/transcribe', '/api/v1/nothing', '/api/v1', '/']) {
      expectDocumented(await ask([`${verb} ${path} HTTP/1.1`]), 'request.unknown_route');
    }
  });

  test.each(['QUERY', 'PUT', 'PATCH'])('%s, whatever kind of body comes with it', async (verb) => {
    const head = [`${verb} /api/v1/usage HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 2'];
    expectDocumented(await ask(head, '{}'), 'request.unknown_route');
  });

  test('CONNECT, which asks for a tunnel', async () => {
    for (const target of ['example.org:443', '/api/v1/usage']) {
      expectDocumented(await ask([`CONNECT ${target} HTTP/1.1`]), 'request.unknown_route');
    }
  });
});

test('without a good key also what is not there is answered 401', async () => {
  for (const verb of VERBS.filter((each) => each !== 'BREW')) {
    for (const path of ['/api/v1/usage', '/api/v1/nothing', '/api/v1']) {
      expectDocumented(await askRaw(service.url, [`${verb} ${path} HTTP/1.1`, 'Host: x']), 'key.invalid');
    }
  }
});

test('HEAD is answered like GET, without the body', async () => {
  const answer = await ask(['HEAD /api/v1/usage HTTP/1.1']);
  expect(answer).toMatchObject({ status: 200, body: '' });
  expect(answer?.headers['ratelimit-limit']).toBeDefined();
  expect(await ask(['HEAD /api/v1/transcribe HTTP/1.1'])).toMatchObject({ status: 404, body: '' });
});

test('an offer to speak another protocol is not taken up', async () => {
  const upgrades = ['Upgrade: websocket', 'Upgrade: h2c'];
  for (const upgrade of upgrades) {
    const answer = await ask(['GET /api/v1/usage HTTP/1.1', 'Connection: Upgrade', upgrade]);
    expect(answer?.status).toBe(200);
  }
});

describe('a request that contradicts itself or is no HTTP is answered 400 in a sentence', () => {
  const post = 'POST /api/v1/transcribe HTTP/1.1';
  test.each<[string, string[], string?]>([
    ['no HTTP at all', ['GIVE ME']],
    ['the preface of HTTP/2', ['PRI * HTTP/2.0']],
    ['an unknown version', ['GET /api/v1/usage HTTP/1.2']],
    ['a length and chunks', [post, 'Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
    ['two lengths', [post, 'Content-Length: 5', 'Content-Length: 6'], 'sound'],
    ['a negative length', [post, 'Content-Length: -5'], 'sound'],
    ['a length beyond all numbers', [post, `Content-Length: ${'9'.repeat(30)}`], 'sound'],
    ['an unknown transfer encoding', [post, 'Transfer-Encoding: wonders'], 'sound'],
    ['a NUL in a header', ['GET /api/v1/usage HTTP/1.1', 'A: b\0c']],
    ['a header of 20 kB', ['GET /api/v1/usage HTTP/1.1', `A: ${'a'.repeat(20_000)}`]],
    ['a header without a name', ['GET /api/v1/usage HTTP/1.1', ': b']],
    ['a folded header', ['GET /api/v1/usage HTTP/1.1', 'A: b', ' c', 'X']],
  ])('%s', async (_, head, body) => {
    expectDocumented(await ask(head, body), 'request.malformed');
  });
});

test.each(['limit=1&limit=2', 'cursor=a&cursor=b', 'status=failed&status=failed', 'nothing=1&nothing=2'])(
  'a parameter that is given twice (%s) is named',
  async (query) => {
    const answer = await ask([`GET /api/v1/jobs?${query} HTTP/1.1`]);
    expectDocumented(answer, 'request.malformed');
    expect(answer?.body).toContain(`${query.split('=')[0]} is given more than once.`);
  },
);

test.each(['%00', '%', '%zz', 'a'.repeat(12_000), '..%2f..%2fusage', '%F0%9F%8E%99', '%ff%fe'])(
  'an id that is none (%.20s) is answered 404',
  async (id) => {
    const answer = await ask([`GET /api/v1/jobs/${id} HTTP/1.1`]);
    expect(answer?.status).toBe(404);
    expect(Object.keys(JSON.parse(answer?.body ?? '') as object)).toEqual(['detail']);
  },
);

test('two keys in one request are none', async () => {
  const answer = await ask(['GET /api/v1/usage HTTP/1.1', `X-API-Key: ${key}`]);
  expectDocumented(answer, 'key.invalid');
});

test('a body that nobody asked for does not disturb the next request of its connection', async () => {
  const connection = await openConnection(service.url);
  const head = ['GET /api/v1/usage HTTP/1.1', 'Host: x', `X-API-Key: ${key}`];
  connection.sayHead(...head, 'Content-Type: application/json', 'Content-Length: 2');
  connection.say('{}');
  expect((await connection.answer())?.status).toBe(200);
  connection.sayHead(...head, 'Transfer-Encoding: chunked');
  connection.say('2\r\n{}\r\n0\r\n\r\n');
  expect((await connection.answer())?.status).toBe(200);
  connection.close();
});

test('requests in a row, without waiting for answers, are answered in their order', async () => {
  const connection = await openConnection(service.url);
  const paths = ['/api/v1/usage', '/api/v1/nothing', '/api/v1/jobs'];
  for (const path of paths) connection.sayHead(`GET ${path} HTTP/1.1`, 'Host: x', `X-API-Key: ${key}`);
  const answers = [await connection.answer(), await connection.answer(), await connection.answer()];
  expect(answers.map((answer) => answer?.status)).toEqual([200, 404, 200]);
  connection.close();
});

test('what comes behind a refused body is answered when the body was small', async () => {
  const connection = await openConnection(service.url);
  const upload = ['POST /api/v1/transcribe HTTP/1.1', 'Host: x', 'Content-Length: 100000'];
  connection.sayHead(...upload, 'X-API-Key: sk_test_nobody');
  connection.say(Buffer.alloc(100_000));
  connection.sayHead('GET /api/v1/usage HTTP/1.1', 'Host: x', `X-API-Key: ${key}`);
  expect((await connection.answer())?.status).toBe(401);
  expect((await connection.answer())?.status).toBe(200);
  connection.close();
});
