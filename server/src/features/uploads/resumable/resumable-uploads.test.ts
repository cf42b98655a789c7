import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UnusableAudioError } from '@icana/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../../test/invariants/books.ts';
import type { ApiClient } from '../../../../../test/support/api-client.ts';
import { startLine } from '../../../../../test/support/cuttable-line.ts';
import { openConnection } from '../../../../../test/support/raw-http.ts';
import { signIn, type SignedInPerson } from '../../../../../test/support/signed-in.ts';
import { storedFiles } from '../../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_BYTES = 1024 * 1024;

let probeFailure: Error | null = null;
let durationSeconds = 10;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    settings: { maxUploadMb: 1 },
    working: false,
    engine: {
      async probe() {
        if (probeFailure) throw probeFailure;
        return { durationSeconds };
      },
    },
  });
});
afterAll(() => service.close());

let person: SignedInPerson;
let client: ApiClient;
beforeEach(async () => {
  probeFailure = null;
  durationSeconds = 10;
  person = await signIn(service);
  ({ client } = person);
});

const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Announces a file as the page does. */
async function begin(by: ApiClient, file: { name?: string; size: number; lastModified?: string }) {
  const { name = 'talk.mp3', size, lastModified = '1700000000000' } = file;
  return await by.open('/app/uploads', {
    method: 'POST',
    headers: {
      ...TUS,
      'upload-length': String(size),
      'upload-metadata': `filename ${base64(name)},lastModified ${base64(lastModified)}`,
    },
  });
}

const detailOf = async (answer: Response) => ((await answer.json()) as { detail: string }).detail;
const codeOf = (answer: { headers: Headers }) => answer.headers.get('x-error-code');

async function go(by: ApiClient, url: string, { bytes, at = 0 }: { bytes: Buffer; at?: number }) {
  return await by.open(url, {
    method: 'PATCH',
    headers: { ...TUS, 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  });
}

async function standsAt(by: ApiClient, url: string): Promise<number> {
  const answer = await by.open(url, { method: 'HEAD', headers: TUS });
  return Number(answer.headers.get('upload-offset') ?? Number.NaN);
}

/** Uploads a recording in one piece. */
async function upload(by: ApiClient, file: { name?: string; bytes?: Buffer } = {}) {
  const { name = 'talk.mp3', bytes = Buffer.from('sound') } = file;
  const url = (await begin(by, { name, size: bytes.length })).headers.get('location') ?? '';
  expect((await go(by, url, { bytes })).status).toBe(204);
  return { url, id: path.basename(url) };
}

const openUploads = async (by: ApiClient) =>
  (await by.get('/app/uploads')).body['uploads'] as Record<string, unknown>[];

const fileOf = (id: string) => path.join(service.folder, 'resumable', id);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const jobsOf = async ({ accountId }: SignedInPerson) =>
  await service.db.selectFrom('jobs').selectAll().where('account_id', '=', accountId).execute();

describe('an upload', () => {
  test('that is cut off in the middle goes on where it stands, and brings the very bytes that were sent', async () => {
    const bytes = randomBytes(700_000);
    const line = await startLine(Number(new URL(service.url).port));
    const url = (await begin(client, { size: bytes.length })).headers.get('location') ?? '';
    const connection = await openConnection(`http://127.0.0.1:${line.port}`);
    connection.sayHead(
      `PATCH ${url} HTTP/1.1`,
      `Host: ${new URL(service.url).host}`,
      `Origin: ${service.url}`,
      `Cookie: ${person.cookie}`,
      'Tus-Resumable: 1.0.0',
      'Upload-Offset: 0',
      'Content-Type: application/offset+octet-stream',
      `Content-Length: ${bytes.length}`,
    );
    connection.say(bytes.subarray(0, 400_000));
    await expect.poll(() => standsOnDisk(url)).toBeGreaterThan(100_000);
    await line.cut();
    connection.close();

    let at = await standsAt(client, url);
    expect(at).toBeGreaterThan(100_000);
    expect(at).toBeLessThan(bytes.length);
    const half = Math.ceil((bytes.length + at) / 2);
    expect((await go(client, url, { bytes: bytes.subarray(at, half), at })).status).toBe(204);
    at = await standsAt(client, url);
    expect(at).toBe(half);
    expect((await go(client, url, { bytes: bytes.subarray(at), at })).headers.get('upload-offset')).toBe(
      String(bytes.length),
    );

    const { body } = await client.post('/app/jobs', { uploadId: path.basename(url) });
    const [job] = await jobsOf(person);
    expect(job).toMatchObject({ id: body['jobId'], sha256: sha256(bytes), size_bytes: bytes.length });
    const stored = await readFile(path.join(service.folder, 'objects', job!.storage_key));
    expect(sha256(stored)).toBe(sha256(bytes));
  });

  test('goes on while a dead connection still holds it', async () => {
    const bytes = randomBytes(300_000);
    const url = (await begin(client, { size: bytes.length })).headers.get('location') ?? '';
    const dead = await openConnection(service.url);
    dead.sayHead(
      `PATCH ${url} HTTP/1.1`,
      `Host: ${new URL(service.url).host}`,
      `Origin: ${service.url}`,
      `Cookie: ${person.cookie}`,
      'Tus-Resumable: 1.0.0',
      'Upload-Offset: 0',
      'Content-Type: application/offset+octet-stream',
      `Content-Length: ${bytes.length}`,
    );
    dead.say(bytes.subarray(0, 200_000));
    await expect.poll(() => standsOnDisk(url)).toBe(200_000);
    expect(await openUploads(client)).toMatchObject([{ isReceiving: true, receivedBytes: 200_000 }]);
    const at = await standsAt(client, url);
    expect(at).toBe(200_000);
    expect((await go(client, url, { bytes: bytes.subarray(at), at })).status).toBe(204);
    dead.close();
    expect(sha256(await readFile(fileOf(path.basename(url))))).toBe(sha256(bytes));
    await expect.poll(async () => (await openUploads(client))[0]?.['isReceiving']).toBe(false);
  });

  test('that names another byte than the one it stands at is refused, and nothing is written', async () => {
    const url = (await begin(client, { size: 10 })).headers.get('location') ?? '';
    const answer = await go(client, url, { bytes: Buffer.from('sound'), at: 5 });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'upload.offset_differs']);
    expect(await standsAt(client, url)).toBe(0);
  });

  test('cannot bring more than was announced', async () => {
    const url = (await begin(client, { size: 4 })).headers.get('location') ?? '';
    const answer = await go(client, url, { bytes: Buffer.from('sound') });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'request.malformed']);
    expect((await stat(fileOf(path.basename(url)))).size).toBeLessThanOrEqual(4);
  });

  test('is listed with how far it has come, until it is discarded', async () => {
    const url = (await begin(client, { name: 'a <b>.wav', size: 10 })).headers.get('location') ?? '';
    await go(client, url, { bytes: Buffer.from('sound') });
    expect(await openUploads(client)).toEqual([
      {
        id: path.basename(url),
        filename: 'a <b>.wav',
        sizeBytes: 10,
        receivedBytes: 5,
        lastModifiedMs: 1_700_000_000_000,
        isReceiving: false,
        expiresAt: expect.stringMatching(/Z$/) as string,
      },
    ]);
    expect(await client.delete(url)).toMatchObject({ status: 200, body: {} });
    expect(await openUploads(client)).toEqual([]);
    expect(await storedFiles(path.join(service.folder, 'resumable'))).not.toContain(
      fileOf(path.basename(url)),
    );
    expect(codeOf(await go(client, url, { bytes: Buffer.from('sound'), at: 5 }))).toBe('upload.not_found');
  });

  test('that nobody came back for is gone after a day, file and all', async () => {
    const { id } = await upload(client);
    await service.resumableUploads.sweep();
    expect(await openUploads(client)).toHaveLength(1);
    await service.db
      .updateTable('resumable_uploads')
      .set({ created_at: new Date(Date.now() - DAY_MS - 1000) })
      .where('id', '=', id)
      .execute();
    await service.resumableUploads.sweep();
    expect(await openUploads(client)).toEqual([]);
    await expect(stat(fileOf(id))).rejects.toThrow('ENOENT');
  });

  test('is gone with the account that is closed, file and all, while those of others stay', async () => {
    const { id } = await upload(client);
    const other = await upload((await signIn(service)).client);
    expect((await client.post('/app/account/close', { password: person.password })).status).toBe(200);
    await service.resumableUploads.sweep();
    await expect(stat(fileOf(id))).rejects.toThrow('ENOENT');
    const left = await service.db.selectFrom('resumable_uploads').select('id').execute();
    expect(left.map((row) => row.id)).not.toContain(id);
    expect(left.map((row) => row.id)).toContain(other.id);
    expect((await stat(fileOf(other.id))).size).toBe(5);
  });
});

async function standsOnDisk(url: string): Promise<number> {
  return (await stat(fileOf(path.basename(url)))).size;
}

describe('before a byte is sent', () => {
  test('an account below the minimum balance is refused', async () => {
    await service.credits.adjust({ accountId: person.accountId, amountMicroAud: -1_000_000, reason: 'test' });
    const answer = await begin(client, { size: 5 });
    expect([answer.status, codeOf(answer)]).toEqual([402, 'credits.insufficient']);
    expect(await openUploads(client)).toEqual([]);
  });

  test('an account that is suspended or not verified yet is refused', async () => {
    await service.accounts.step(person.email, 'suspend');
    expect(codeOf(await begin(client, { size: 5 }))).toBe('account.suspended');
    const unverified = await signIn(service, { unverified: true });
    expect(codeOf(await begin(unverified.client, { size: 5 }))).toBe('account.unverified');
  });

  test('who has not signed in is refused', async () => {
    const answer = await fetch(`${service.url}/app/uploads`, {
      method: 'POST',
      headers: { ...TUS, origin: service.url, 'upload-length': '5' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'session.missing']);
  });

  test.each([
    ['a name that does not end like audio', 'talk.exe', 5, 'upload.unsupported_type'],
    ['no name', '', 5, 'upload.file_missing'],
    ['a name of 300 characters', `${'a'.repeat(300)}.mp3`, 5, 'upload.field_too_long'],
    ['an empty file', 'talk.mp3', 0, 'upload.not_audio'],
    ['a file over the limit', 'talk.mp3', MAX_BYTES + 1, 'upload.too_large'],
  ])('%s is refused in a sentence', async (_, name, size, code) => {
    const before = await storedFiles(service.folder);
    const answer = await begin(client, { name, size });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await detailOf(answer)).toMatch(/^[A-Z].{10,}/);
    expect(await openUploads(client)).toEqual([]);
    expect(await storedFiles(service.folder)).toEqual(before);
  });

  test.each([
    ['without a size', { 'upload-metadata': `filename ${base64('a.mp3')}` }],
    ['with a size to come later', { 'upload-defer-length': '1' }],
    ['with a size that is none', { 'upload-length': 'many' }],
    ['with metadata that is none', { 'upload-length': '5', 'upload-metadata': 'filename @@@ , ,' }],
  ])('an upload %s is refused in a sentence', async (_, headers) => {
    const answer = await client.open('/app/uploads', { method: 'POST', headers: { ...TUS, ...headers } });
    expect(answer.status).toBe(400);
    expect(await detailOf(answer)).toMatch(/^[A-Z].{10,}/);
    expect(await openUploads(client)).toEqual([]);
  });

  test('at most ten files of the largest size are taken of one account, also when they come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => begin(client, { size: MAX_BYTES })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(codeOf)).toEqual(Array.from({ length: 4 }, () => 'limits.open_uploads'));
    expect(await openUploads(client)).toHaveLength(10);
  });

  test('at most fifty small files are taken of one account', async () => {
    const answers = await Promise.all(Array.from({ length: 53 }, () => begin(client, { size: 1 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
  });
});

describe('a hostile file name', () => {
  test.each([
    ['../../../../etc/cron.d/evil.mp3', '../../../../etc/cron.d/evil.mp3'],
    ['<img src=x onerror=alert(1)>.mp3', '<img src=x onerror=alert(1)>.mp3'],
    ['C:\\windows\\system32\\nul.mp3', 'C:\\windows\\system32\\nul.mp3'],
    ['line\nbreak\0.mp3', 'linebreak.mp3'],
    ['\u202Egpj.mp3', 'gpj.mp3'],
  ])('%j is kept as text and names no file', async (name, kept) => {
    const { id } = await upload(client, { name });
    expect((await openUploads(client))[0]).toMatchObject({ id, filename: kept });
    const { body } = await client.post('/app/jobs', { uploadId: id });
    expect((await client.get(`/app/jobs/${String(body['jobId'])}`)).body).toMatchObject({ filename: kept });
    const named = (await storedFiles(service.folder)).filter((file) => file.includes('mp3'));
    expect(named).toEqual([]);
  });

  test.each(['../objects', '..%2Fobjects', '%2e%2e', 'x'.repeat(40), '%00'])(
    'an id such as %j is no upload',
    async (id) => {
      const answer = await go(client, `/app/uploads/${id}`, { bytes: Buffer.from('sound') });
      expect(answer.status).toBe(404);
    },
  );
});

test("another account's upload does not exist", async () => {
  const { url, id } = await upload(client);
  const stranger = (await signIn(service)).client;
  expect((await stranger.open(url, { method: 'HEAD', headers: TUS })).status).toBe(404);
  for (const answer of [
    await go(stranger, url, { bytes: Buffer.from('x'), at: 5 }),
    await stranger.delete(url),
    await stranger.get(`${url}/offer`),
    await stranger.post('/app/jobs', { uploadId: id }),
  ]) {
    expect([answer.status, codeOf(answer)]).toEqual([404, 'upload.not_found']);
  }
  expect(await openUploads(stranger)).toEqual([]);
  expect(await openUploads(client)).toHaveLength(1);
});

describe('the offer for an upload', () => {
  test('names its exact length and price, and what is available', async () => {
    const { url } = await upload(client);
    durationSeconds = 61.5;
    expect((await client.get(`${url}/offer`)).body).toEqual({
      durationSeconds: 61.5,
      priceMicroAud: 16_400,
      availableMicroAud: 1_440_000,
    });
  });

  test('is the job itself once one was made of it, and only for its owner', async () => {
    const { url, id } = await upload(client);
    const { body } = await client.post('/app/jobs', { uploadId: id });
    expect(await client.get(`${url}/offer`)).toMatchObject({ status: 200, body: { jobId: body['jobId'] } });
    const stranger = (await signIn(service)).client;
    expect(codeOf(await stranger.get(`${url}/offer`))).toBe('upload.not_found');
    expect(codeOf(await client.get('/app/uploads/%00/offer'))).toBe('upload.not_found');
  });

  test('is refused until all of it has arrived, and for what holds no audio', async () => {
    const url = (await begin(client, { size: 10 })).headers.get('location') ?? '';
    await go(client, url, { bytes: Buffer.from('sound') });
    expect(codeOf(await client.get(`${url}/offer`))).toBe('upload.unfinished');
    await go(client, url, { bytes: Buffer.from('sound'), at: 5 });
    probeFailure = new UnusableAudioError('The file holds no audio.');
    const answer = await client.get(`${url}/offer`);
    expect(answer).toMatchObject({ status: 400, body: { detail: 'The file holds no audio.' } });
  });
});

describe('a job of an upload', () => {
  test('is made as any other: its options, its price held, its recording stored, the upload gone', async () => {
    const { id } = await upload(client);
    const { status, body } = await client.post('/app/jobs', {
      uploadId: id,
      language: 'en',
      prompt: 'Icana, Moonshine',
      minSpeakers: 2,
      maxSpeakers: 3,
    });
    expect(status).toBe(200);
    expect(await jobsOf(person)).toMatchObject([
      {
        id: body['jobId'],
        status: 'pending',
        api_key_id: null,
        original_filename: 'talk.mp3',
        prompt: 'Icana, Moonshine',
        num_speakers: null,
        min_speakers: 2,
        max_speakers: 3,
        held_micro_aud: 2667,
      },
    ]);
    expect(await openUploads(client)).toEqual([]);
    await expect(stat(fileOf(id))).rejects.toThrow('ENOENT');
    await expectBooksToBalance(service.db);
  });

  test('is one, however often it is asked for, one after the other or at once', async () => {
    const { id } = await upload(client, { bytes: randomBytes(500_000) });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.post('/app/jobs', { uploadId: id })),
    );
    answers.push(await client.post('/app/jobs', { uploadId: id }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body['jobId'])).size).toBe(1);
    expect(await jobsOf(person)).toHaveLength(1);
    const stored = await storedFiles(path.join(service.folder, 'objects'));
    expect(stored.filter((file) => file.includes(String(answers[0]?.body['jobId'])))).toHaveLength(1);
    await expectBooksToBalance(service.db);
  });

  test('is one also where two servers of a deployment are asked at once', async () => {
    const other = await startTestService({ working: false, beside: service });
    const { id } = await upload(client, { bytes: randomBytes(500_000) });
    const ask = (url: string) =>
      fetch(`${url}/app/jobs`, {
        method: 'POST',
        headers: { origin: url, cookie: person.cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ uploadId: id }),
      });
    const answers = await Promise.all([ask(service.url), ask(other.url), ask(service.url), ask(other.url)]);
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json()) as { jobId: string }));
    expect(new Set(ids.map(({ jobId }) => jobId)).size).toBe(1);
    expect(await jobsOf(person)).toHaveLength(1);
    await other.close();
  });

  test('is refused while the upload is not whole, and nothing is left of the attempt', async () => {
    const url = (await begin(client, { size: 10 })).headers.get('location') ?? '';
    await go(client, url, { bytes: Buffer.from('sound') });
    const answer = await client.post('/app/jobs', { uploadId: path.basename(url) });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'upload.unfinished']);
    expect(await jobsOf(person)).toEqual([]);
  });

  test('whose price is above the balance is refused, and can be asked for again after a top-up', async () => {
    const { id } = await upload(client);
    durationSeconds = 3 * 3600;
    const before = await storedFiles(path.join(service.folder, 'objects'));
    const refused = await client.post('/app/jobs', { uploadId: id });
    expect([refused.status, codeOf(refused)]).toEqual([402, 'credits.price_above_balance']);
    expect(await jobsOf(person)).toEqual([]);
    expect(await storedFiles(path.join(service.folder, 'objects'))).toEqual(before);
    await service.credits.adjust({ accountId: person.accountId, amountMicroAud: 5_000_000, reason: 'test' });
    expect((await client.post('/app/jobs', { uploadId: id })).status).toBe(200);
    await expectBooksToBalance(service.db);
  });

  test('that holds no audio is refused, and neither job nor upload is left', async () => {
    const { id } = await upload(client);
    probeFailure = new UnusableAudioError('The file holds no audio.');
    const before = await storedFiles(path.join(service.folder, 'objects'));
    const refused = await client.post('/app/jobs', { uploadId: id });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'upload.not_audio']);
    expect(await jobsOf(person)).toEqual([]);
    expect(await openUploads(client)).toEqual([]);
    expect(await storedFiles(path.join(service.folder, 'objects'))).toEqual(before);
    await expect(stat(fileOf(id))).rejects.toThrow('ENOENT');
  });

  test.each([
    [{ language: 'xx' }, 'upload.language_unavailable'],
    [{ minSpeakers: 3, maxSpeakers: 2 }, 'upload.speakers_contradict'],
    [{ numSpeakers: 0 }, 'request.malformed'],
    [{ prompt: 'a'.repeat(2001) }, 'request.malformed'],
    [{ price: 0 }, 'request.malformed'],
  ])('with options such as %j is refused, and the upload stays', async (options, code) => {
    const { id } = await upload(client);
    const refused = await client.post('/app/jobs', { uploadId: id, ...options });
    expect([refused.status, codeOf(refused)]).toEqual([400, code]);
    expect(await jobsOf(person)).toEqual([]);
    expect(await openUploads(client)).toHaveLength(1);
  });
});
