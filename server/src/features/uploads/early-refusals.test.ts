import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { openConnection } from '../../../../test/support/raw-http.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const MB = 1024 * 1024;
const RECORDING_BYTES = 500 * MB;
/** What the two kernels keep between them and what is thrown away, with room: the service must stop reading at once. */
const MOST_TAKEN_BYTES = 24 * MB;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false, settings: { maxUploadMb: 1, rateLimitSubmit: 3 } });
});
afterAll(() => service.close());

const FORM = 'multipart/form-data; boundary=b';
const FILE_HEAD = '--b\r\nContent-Disposition: form-data; name="file"; filename="long.mp3"\r\n\r\n';

const length = ['Content-Length: 524288000'];
const chunked = ['Transfer-Encoding: chunked'];

/** The head of an upload, and the beginning of its body. */
async function openUpload(key: string, headers: string[]) {
  const connection = await openConnection(service.url);
  const head = ['POST /api/v1/transcribe HTTP/1.1', 'Host: x', `X-API-Key: ${key}`, `Content-Type: ${FORM}`];
  connection.sayHead(...head, ...headers);
  // A chunk that never ends, where the body comes in chunks.
  if (headers === chunked) connection.say(`${RECORDING_BYTES.toString(16)}\r\n`);
  connection.say(FILE_HEAD);
  return connection;
}

/** A customer about whom something is amiss. */
const refusedSenders: Record<string, () => Promise<{ key: string; code: string }>> = {
  'whose key is bad': async () => ({ key: `sk_test_${'x'.repeat(32)}`, code: 'key.invalid' }),
  'whose account is suspended': async () => {
    const { key, email } = await service.newCustomer();
    await service.accounts.step(email, 'suspend');
    return { key, code: 'account.suspended' };
  },
  'who is over the rate': async () => {
    const { key } = await service.newCustomer();
    for (let sent = 0; sent < 3; sent += 1) await createApiClient(service.url, key).submit();
    return { key, code: 'limits.exceeded' };
  },
  'who is out of credit': async () => {
    const { key, accountId } = await service.newCustomer();
    await service.credits.adjust({ accountId, amountMicroAud: -1_000_000, reason: 'test' });
    return { key, code: 'credits.insufficient' };
  },
};

describe.each(Object.entries(refusedSenders))('a sender of 500 MB %s', (_, newSender) => {
  test.each([
    ['who says how much', length],
    ['in chunks', chunked],
  ])('%s is answered and cut off early, and costs no disk', async (_how, headers) => {
    const { key, code } = await newSender();
    const filesBefore = await storedFiles(service.folder);
    const connection = await openUpload(key, headers);
    const taken = await connection.pour(RECORDING_BYTES);
    expect((await connection.answer())?.headers['x-error-code']).toBe(code);
    await connection.untilEnded();
    expect(taken).toBeLessThan(MOST_TAKEN_BYTES);
    expect(await storedFiles(service.folder)).toEqual(filesBefore);
  });

  test('who asks first is not told to go on', async () => {
    const { key, code } = await newSender();
    const connection = await openConnection(service.url);
    const head = [
      'POST /api/v1/transcribe HTTP/1.1',
      'Host: x',
      `X-API-Key: ${key}`,
      `Content-Type: ${FORM}`,
    ];
    connection.sayHead(...head, ...length, 'Expect: 100-continue');
    expect((await connection.answer())?.headers['x-error-code']).toBe(code);
    expect(connection.heard()).not.toContain('100 Continue');
    connection.close();
  });
});

test.each([
  ['that says so', length],
  ['in chunks', chunked],
])('a file over the limit %s is cut off at the limit, and nothing of it is left', async (_, headers) => {
  const { key } = await service.newCustomer();
  const filesBefore = await storedFiles(service.folder);
  const connection = await openUpload(key, headers);
  const taken = await connection.pour(RECORDING_BYTES);
  expect((await connection.answer())?.headers['x-error-code']).toBe('upload.too_large');
  expect(taken).toBeLessThan(MOST_TAKEN_BYTES);
  expect((await createApiClient(service.url, key).get('/api/v1/jobs')).body['jobs']).toEqual([]);
  await expect.poll(() => storedFiles(service.folder)).toEqual(filesBefore);
});

const askingHead = (key: string, ...more: string[]) => [
  'POST /api/v1/transcribe HTTP/1.1',
  'Host: x',
  `X-API-Key: ${key}`,
  'Expect: 100-continue',
  ...more,
];

describe('a sender who asks before sending', () => {
  test('is told to go on once everything in the head is right', async () => {
    const { key } = await service.newCustomer();
    const body = `${FILE_HEAD}sound\r\n--b--\r\n`;
    const connection = await openConnection(service.url);
    connection.sayHead(...askingHead(key, `Content-Type: ${FORM}`, `Content-Length: ${body.length}`));
    await expect.poll(() => connection.heard()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.say(body);
    expect((await connection.answer())?.status).toBe(200);
    connection.close();
  });

  test.each([
    ['no form', 'Content-Type: application/json', 'upload.not_multipart'],
    ['an encoded form', `Content-Type: ${FORM}\r\nContent-Encoding: gzip`, 'upload.encoded'],
  ])('is refused when the head announces %s', async (_, type, code) => {
    const { key } = await service.newCustomer();
    const connection = await openConnection(service.url);
    connection.sayHead(...askingHead(key, type, 'Content-Length: 1000'));
    expect((await connection.answer())?.headers['x-error-code']).toBe(code);
    expect(connection.heard()).not.toContain('100 Continue');
    connection.close();
  });
});
