import { afterAll, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { openConnection, type RawConnection } from '../../../../test/support/raw-http.ts';
import { signIn } from '../../../../test/support/signed-in.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const SILENCE_MS = 3000;
const TOO_SLOW = 'The upload was too slow: a minute brought less than 10 kB.';
const STOPPED = 'The upload stopped before the file was complete. Send it again.';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    working: false,
    timeouts: { headersMs: 1500, silenceMs: SILENCE_MS, bodyMs: 1500, requestMs: 60_000, checkEveryMs: 100 },
    slowestPace: { leastBytes: 10_000, withinMs: 1200 },
  });
});
afterAll(async () => {
  await expectBooksToBalance(service.db);
  await service.close();
});

const FILE_HEAD = '--b\r\nContent-Disposition: form-data; name="file"; filename="long.mp3"\r\n\r\n';

async function openUpload(key: string, announcedBytes = 1_000_000): Promise<RawConnection> {
  const connection = await openConnection(service.url);
  connection.sayHead(
    'POST /api/v1/transcribe HTTP/1.1',
    'Host: x',
    `X-API-Key: ${key}`,
    'Content-Type: multipart/form-data; boundary=b',
    `Content-Length: ${announcedBytes}`,
  );
  return connection;
}

/** Says a little now and then until `stop` is called or the connection has ended. */
function trickle(connection: RawConnection, bytes: string | Buffer): () => void {
  const timer = setInterval(() => connection.say(bytes), 50);
  return () => clearInterval(timer);
}

async function newClient() {
  const { key } = await service.newCustomer();
  return { key, client: createApiClient(service.url, key) };
}

test('headers that trickle in are cut off with an answer', async () => {
  const connection = await openConnection(service.url);
  connection.say('GET /api/v1/usage HTTP/1.1\r\nHost: x\r\n');
  const stop = trickle(connection, 'A: b\r\n');
  expect((await connection.answer())?.body).toContain('it did not arrive in time');
  stop();
});

test('a file that trickles in is refused, its job says why, and nothing is stored', async () => {
  const filesBefore = await storedFiles(service.folder);
  const { key, client } = await newClient();
  const connection = await openUpload(key);
  connection.say(FILE_HEAD);
  const stop = trickle(connection, 'x');
  const answer = await connection.answer();
  expect(answer).toMatchObject({ status: 400, body: JSON.stringify({ detail: TOO_SLOW }) });
  await connection.untilEnded();
  stop();
  const { body } = await client.get('/api/v1/jobs');
  expect(body['jobs']).toMatchObject([{ status: 'failed', error_message: TOO_SLOW }]);
  await expect.poll(() => storedFiles(service.folder)).toEqual(filesBefore);
});

test('a form that trickles in before its file is refused just so, and has no job', async () => {
  const { key, client } = await newClient();
  const connection = await openUpload(key);
  connection.say('--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n');
  const stop = trickle(connection, 'x');
  expect((await connection.answer())?.headers['x-error-code']).toBe('upload.too_slow');
  stop();
  expect((await client.get('/api/v1/jobs')).body['jobs']).toEqual([]);
});

test('a piece that trickles in is refused, and the upload goes on from what it brought', async () => {
  const { cookie, client } = await signIn(service);
  const tus = { 'tus-resumable': '1.0.0' };
  const metadata = `filename ${Buffer.from('long.mp3').toString('base64')}`;
  const begun = await client.open('/app/uploads', {
    method: 'POST',
    headers: { ...tus, 'upload-length': '1000', 'upload-metadata': metadata },
  });
  const url = begun.headers.get('location') ?? '';
  const connection = await openConnection(service.url);
  connection.sayHead(
    `PATCH ${url} HTTP/1.1`,
    `Host: ${new URL(service.url).host}`,
    `Origin: ${service.url}`,
    `Cookie: ${cookie}`,
    'Tus-Resumable: 1.0.0',
    'Upload-Offset: 0',
    'Content-Type: application/offset+octet-stream',
    'Content-Length: 1000',
  );
  const stop = trickle(connection, 'x');
  expect(await connection.answer()).toMatchObject({
    status: 400,
    body: JSON.stringify({ detail: TOO_SLOW }),
  });
  await connection.untilEnded();
  stop();
  const { headers } = await client.open(url, { method: 'HEAD', headers: tus });
  const at = Number(headers.get('upload-offset'));
  expect(at).toBeGreaterThan(0);
  const rest = await client.open(url, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' },
    body: 'x'.repeat(1000 - at),
  });
  expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, '1000']);
});

test('a slow line that keeps the pace is waited for', async () => {
  const { key } = await newClient();
  const piece = Buffer.alloc(2500);
  const tail = '\r\n--b--\r\n';
  const pieces = 40;
  const connection = await openUpload(key, FILE_HEAD.length + piece.length * pieces + tail.length);
  connection.say(FILE_HEAD);
  for (let sent = 0; sent < pieces; sent += 1) {
    connection.say(piece);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  connection.say(tail);
  expect((await connection.answer())?.status).toBe(200);
  connection.close();
});

test('a connection that falls silent in the middle is ended, and its job says so', async () => {
  const patient = await startTestService({
    working: false,
    timeouts: { headersMs: 500, silenceMs: 500, bodyMs: 500, requestMs: 60_000, checkEveryMs: 100 },
  });
  try {
    const { key } = await patient.newCustomer();
    const connection = await openConnection(patient.url);
    connection.sayHead(
      'POST /api/v1/transcribe HTTP/1.1',
      'Host: x',
      `X-API-Key: ${key}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 1000',
    );
    connection.say(`${FILE_HEAD}sound`);
    await connection.untilEnded();
    const jobs = async () => (await createApiClient(patient.url, key).get('/api/v1/jobs')).body['jobs'];
    await expect.poll(jobs).toMatchObject([{ status: 'failed', error_message: STOPPED }]);
    expect(await storedFiles(patient.folder)).toEqual([]);
  } finally {
    await patient.close();
  }
});

test('an account with twenty long uploads going on is told to wait, before another byte is read', async () => {
  const { accountId, key } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  const upload = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
  const jobs = await Promise.all(Array.from({ length: 20 }, () => service.submissions.open(upload)));
  expect((await client.submit()).status).toBe(200);

  const aWhileAgo = new Date(Date.now() - 61_000);
  await service.db
    .updateTable('jobs')
    .set({ created_at: aWhileAgo })
    .where('account_id', '=', accountId)
    .where('status', '=', 'uploading')
    .execute();
  const refused = await client.submit();
  expect(refused).toMatchObject({
    status: 429,
    body: { detail: 'Too many uploads at once: an account can have 20 that take longer than a minute.' },
  });
  expect(refused.headers.get('retry-after')).toBe('60');

  await service.lifecycle.fail(jobs[0]?.id ?? '', 'gone');
  expect((await client.submit()).status).toBe(200);
  for (const { id } of jobs.slice(1)) await service.lifecycle.fail(id, 'gone');
});
