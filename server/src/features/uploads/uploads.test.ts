import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { UnusableAudioError } from '@icana/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';

const MAX_BYTES = 1024 * 1024;
const UNSUPPORTED = 'Unsupported file type (allowed: .mp3, .wav, .ogg, .flac, .m4a, .mp4, .webm)';

let seconds = 10;
let probeFailure: Error | null = null;
let storageFailure: Error | null = null;
let queueFailure: Error | null = null;

function failingStorage(storage: ObjectStorage): ObjectStorage {
  return {
    ...storage,
    async put(key, source) {
      if (!storageFailure) return await storage.put(key, source);
      // A disk that fills up: some bytes go well, then it fails.
      for await (const _chunk of source) throw storageFailure;
      throw storageFailure;
    },
  };
}

function failingQueue(queue: TaskQueue): TaskQueue {
  const send: TaskQueue['send'] = async (...task) => {
    const id = await queue.send(...task);
    if (queueFailure) throw queueFailure;
    return id;
  };
  return { ...queue, send };
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    settings: { maxUploadMb: 1 },
    working: false,
    wrapStorage: failingStorage,
    wrapQueue: failingQueue,
    engine: {
      async probe() {
        if (probeFailure) throw probeFailure;
        return { durationSeconds: seconds };
      },
    },
  });
});
afterAll(() => service.close());
beforeEach(() => {
  seconds = 10;
  probeFailure = storageFailure = queueFailure = null;
});
afterEach(() => expectBooksToBalance(service.db));

async function newClient() {
  const customer = await service.newCustomer();
  return { ...customer, client: createApiClient(service.url, customer.key) };
}

const file = (filename: string, value: string | Buffer = 'sound') => ({ name: 'file', filename, value });

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(service.folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

const jobsOf = async (client: ApiClient) =>
  (await client.get('/api/v1/jobs')).body['jobs'] as Record<string, unknown>[];

/** Sends the form, wants the refusal, and that it left neither a job, an object nor a cent behind. */
async function expectRefused(
  client: ApiClient,
  send: () => Promise<{ status: number; body: object; headers: Headers }>,
) {
  const filesBefore = await storedFiles();
  const balanceBefore = (await client.get('/api/v1/usage')).body['credit_balance'];
  const answer = await send();
  expect(await jobsOf(client)).toEqual([]);
  expect(await storedFiles()).toEqual(filesBefore);
  expect((await client.get('/api/v1/usage')).body).toMatchObject({
    credit_balance: balanceBefore,
    credit_held: 0,
  });
  return answer;
}

describe('a submission', () => {
  test('holds its price and waits in the queue', async () => {
    const { client } = await newClient();
    const { body } = await client.submit();
    const job = await client.get(`/api/v1/jobs/${String(body['job_id'])}?expand=cost,progress`);
    expect(job.body).toMatchObject({
      status: 'pending',
      audio_duration_seconds: 10,
      cost: { held: 0.002667, charged: null },
      progress: { stage: 'queued', fraction: 0 },
    });
    expect((await client.get('/api/v1/usage')).body).toMatchObject({
      credit_balance: 1.437333,
      credit_held: 0.002667,
    });
  });

  test.each(['.mp3', '.wav', '.ogg', '.flac', '.m4a', '.mp4', '.webm', '.MP3', '.WebM'])(
    'may end in %s',
    async (extension) => {
      const { client } = await newClient();
      expect((await client.sendForm([file(`a talk.v2${extension}`)])).status).toBe(200);
    },
  );

  test('keeps a name in any script, and fields on either side of the file', async () => {
    const { client } = await newClient();
    const { body } = await client.sendForm([
      { name: 'min_speakers', value: '2' },
      file('réunion 会議.mp3'),
      { name: 'max_speakers', value: '4' },
      { name: 'language', value: 'EN' },
      { name: 'prompt', value: 'Icana, diarization' },
      { name: 'colour', value: 'blue' },
    ]);
    const row = await service.db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', String(body['job_id']))
      .executeTakeFirst();
    expect(row).toMatchObject({
      original_filename: 'réunion 会議.mp3',
      language: 'en',
      prompt: 'Icana, diarization',
      num_speakers: null,
      min_speakers: 2,
      max_speakers: 4,
      size_bytes: 5,
    });
  });

  test('takes a blank field as left out, which is how a browser sends it', async () => {
    const { client } = await newClient();
    const blank = { language: '', prompt: ' ', num_speakers: '', min_speakers: '', max_speakers: ' ' };
    const { body } = await client.submit(blank);
    const job = await client.get(`/api/v1/jobs/${String(body['job_id'])}`);
    expect(job).toMatchObject({ status: 200, body: { language: 'en' } });
  });
});

const UNAVAILABLE = 'No model is installed for the language "tlh" (installed: en); there is none to install';
const TO_INSTALL = 'language "DE" (installed: en); get one with: icana models install whisper-small';
const wholeNumber = (field: string) => `The field "${field}" must be a whole number from 1 to 32.`;

describe('a form is refused with 400', () => {
  test.each([
    ['without a file', [{ name: 'language', value: 'en' }], 'The form has no file'],
    ['whose file is a plain field', [{ name: 'file', value: 'sound' }], 'The form has no file'],
    [
      'whose file part has another name',
      [{ name: 'audio', value: 'x', filename: 'a.mp3' }],
      'The form has no file',
    ],
    ['with two files', [file('a.mp3'), file('b.mp3')], 'more than one file'],
    ['whose file is no audio by its name', [file('notes.pdf')], UNSUPPORTED],
    ['whose file has no extension', [file('mp3')], UNSUPPORTED],
    ['whose file has an endless name', [file(`${'a'.repeat(300)}.mp3`)], 'The field "file name" is too long'],
    ['in an unknown language', [file('a.mp3'), { name: 'language', value: 'tlh' }], UNAVAILABLE],
    ['in a language without a model', [file('a.mp3'), { name: 'language', value: 'DE' }], TO_INSTALL],
    ['with no speakers', [file('a.mp3'), { name: 'num_speakers', value: '0' }], wholeNumber('num_speakers')],
    ['with 33 speakers', [file('a.mp3'), { name: 'max_speakers', value: '33' }], wholeNumber('max_speakers')],
    [
      'with two speakers in letters',
      [file('a.mp3'), { name: 'num_speakers', value: 'two' }],
      wholeNumber('num_speakers'),
    ],
    [
      'with half a speaker',
      [file('a.mp3'), { name: 'min_speakers', value: '1.5' }],
      wholeNumber('min_speakers'),
    ],
    [
      'with contradicting numbers',
      [file('a.mp3'), { name: 'min_speakers', value: '4' }, { name: 'max_speakers', value: '2' }],
      'contradict each other',
    ],
    [
      'with a field twice',
      [file('a.mp3'), { name: 'language', value: 'en' }, { name: 'language', value: 'en' }],
      'the field "language" more than once',
    ],
    [
      'with an endless field',
      [{ name: 'prompt', value: 'a'.repeat(1024 * 1024 + 1) }, file('a.mp3')],
      'is too long',
    ],
    [
      'with very many fields',
      [...Array.from({ length: 40 }, (_, index) => ({ name: `f${index}`, value: '' })), file('a.mp3')],
      'it has too many fields',
    ],
    ['whose file is empty', [file('a.mp3', '')], 'The file is empty.'],
    [
      'whose file is over the limit',
      [file('a.mp3', Buffer.alloc(MAX_BYTES + 1))],
      'The file is larger than 1 MB.',
    ],
  ])('%s', async (_, parts, detail) => {
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.sendForm(parts));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ detail: expect.stringContaining(detail) });
    expect(answer.headers.get('x-error-code')).toMatch(/^upload\./);
  });

  test('whose file the engine finds no audio in', async () => {
    probeFailure = new UnusableAudioError('It has no audio track.');
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: 'It has no audio track.' },
    });
  });

  test.each([
    ['that is JSON', 'application/json', '{}', 'Send the recording as multipart/form-data'],
    ['without a boundary', 'multipart/form-data', 'x', 'The multipart form is broken'],
    [
      'that is cut short',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nsou',
      'stopped before the file was complete',
    ],
    [
      'with another boundary than it says',
      'multipart/form-data; boundary=b',
      '--c\r\n\r\nx\r\n--c--\r\n',
      'The multipart form is broken',
    ],
  ])('%s', async (_, type, body, detail) => {
    const { client } = await newClient();
    const send = () =>
      client.send('/api/v1/transcribe', { method: 'POST', body, headers: { 'Content-Type': type } });
    const answer = await expectRefused(client, send);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ detail: expect.stringContaining(detail) });
  });

  test('that is not there at all', async () => {
    const { client } = await newClient();
    const answer = await client.send('/api/v1/transcribe', { method: 'POST' });
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('multipart/form-data') },
    });
  });
});

describe('a submission is refused with 402', () => {
  test('when the balance is below AUD 0.50, and not when it is exactly that', async () => {
    const { client, accountId } = await newClient();
    await service.credits.adjust({ accountId, amountMicroAud: -940_001, reason: 'test' });
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({
      status: 402,
      body: { detail: 'Credit balance below $0.50 AUD minimum: $0.499999 AUD is available.' },
    });
    expect(answer.headers.get('x-error-code')).toBe('credits.insufficient');
    await service.credits.adjust({ accountId, amountMicroAud: 1, reason: 'test' });
    expect((await client.submit()).status).toBe(200);
  });

  test('when the price of the file is above the balance, naming both', async () => {
    seconds = 5401;
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({
      status: 402,
      body: { detail: expect.stringContaining('it costs $1.440267 AUD and $1.44 AUD is available') },
    });
  });
});

describe('a submission answers 500 and leaves nothing behind', () => {
  test('when storage fails: File upload failed', async () => {
    storageFailure = new Error('ENOSPC: no space left on /var/secret');
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({ status: 500, body: { detail: 'File upload failed' } });
  });

  test('when the queue fails: Transcription submission failed', async () => {
    queueFailure = new Error('the queue is gone');
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({ status: 500, body: { detail: 'Transcription submission failed' } });
  });

  test('when the engine breaks down over the probe', async () => {
    probeFailure = new Error('the engine process died');
    const { client } = await newClient();
    const answer = await expectRefused(client, () => client.submit());
    expect(answer).toMatchObject({ status: 500, body: { detail: 'Transcription submission failed' } });
  });
});

/** A POST whose body the test writes piece by piece. */
function slowUpload(key: string, headers: Record<string, string> = {}) {
  const request = httpRequest(`${service.url}/api/v1/transcribe`, {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'multipart/form-data; boundary=b', ...headers },
  });
  request.on('error', () => {});
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="long.mp3"\r\n\r\n';
  return { request, start: () => request.write(`${head}first bytes`) };
}

async function untilJob(client: ApiClient, status: string) {
  for (;;) {
    const [job] = await jobsOf(client);
    if (job?.['status'] === status) return job;
    await delay(20);
  }
}

describe('while a file arrives', () => {
  test('its job is uploading; when the client goes away it is failed, uncharged, and nothing is stored', async () => {
    const filesBefore = await storedFiles();
    const { client, key } = await newClient();
    const { request, start } = slowUpload(key);
    start();
    expect(await untilJob(client, 'uploading')).toMatchObject({
      original_filename: 'long.mp3',
      completed_at: null,
    });
    request.destroy();
    expect(await untilJob(client, 'failed')).toMatchObject({
      error_message: 'The upload stopped before the file was complete. Send it again.',
      completed_at: expect.any(String),
    });
    expect((await client.get('/api/v1/usage')).body).toMatchObject({
      credit_balance: 1.44,
      credit_held: 0,
      failed_jobs: 1,
    });
    expect(await storedFiles()).toEqual(filesBefore);
  });

  test('the limit stops it in the middle, and the connection is ended', async () => {
    const { client, key } = await newClient();
    const { request, start } = slowUpload(key);
    start();
    const chunk = Buffer.alloc(64 * 1024);
    const bytes = Readable.from(
      (function* () {
        for (;;) yield chunk;
      })(),
    );
    const answered = once(request, 'response');
    bytes.pipe(request);
    const [response] = await answered;
    expect(response.statusCode).toBe(400);
    expect(response.headers['x-error-code']).toBe('upload.too_large');
    await once(request, 'close').catch(() => undefined);
    expect(await jobsOf(client)).toEqual([]);
  });

  test('a size announced over the limit is refused before it arrives', async () => {
    const { key } = await newClient();
    const { request, start } = slowUpload(key, { 'Content-Length': String(500 * 1024 * 1024) });
    const answered = once(request, 'response');
    start();
    const [response] = await answered;
    expect(response.headers['x-error-code']).toBe('upload.too_large');
    request.destroy();
  });
});

test('an upload whose server died is failed by the sweep, and what it left is removed', async () => {
  const filesBefore = await storedFiles();
  const { client, accountId } = await newClient();
  const job = await service.submissions.open({ accountId, keyId: null, filename: 'a.mp3', language: 'en' });
  await service.storage.put(job.storage_key, Readable.from([Buffer.from('half')]));
  await service.uploads.sweep();
  expect((await jobsOf(client))[0]).toMatchObject({ status: 'uploading' });
  const longAgo = new Date(Date.now() - 61_000);
  await service.db.updateTable('jobs').set({ upload_alive_at: longAgo }).where('id', '=', job.id).execute();
  await service.uploads.sweep();
  expect((await jobsOf(client))[0]).toMatchObject({
    status: 'failed',
    error_message: 'The upload was cut off because the server that received it stopped. Send it again.',
  });
  expect(await storedFiles()).toEqual(filesBefore);
});

describe('a submission with an Idempotency-Key', () => {
  const key = { 'Idempotency-Key': 'b54e9d4c-7b1e-4a43-9c2b-6d7b7e0f1a2b' };

  test('that is repeated is answered with the first job, and costs once', async () => {
    const { client } = await newClient();
    const first = await client.submit({}, key);
    const filesBefore = await storedFiles();
    const second = await client.submit({}, key);
    expect(second.body).toEqual(first.body);
    expect(await jobsOf(client)).toHaveLength(1);
    expect(await storedFiles()).toEqual(filesBefore);
  });

  test('that is sent ten times at once becomes one job', async () => {
    const { client } = await newClient();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.submit({}, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['job_id'])}`)).size).toBe(1);
    expect(await jobsOf(client)).toHaveLength(1);
  });

  test('is answered with the first job even when the balance is below the minimum by then', async () => {
    const { client, accountId } = await newClient();
    const first = await client.submit({}, key);
    await service.credits.adjust({ accountId, amountMicroAud: -1_400_000, reason: 'test' });
    expect((await client.submit({}, key)).body).toEqual(first.body);
  });

  test('with another file or other fields is refused with 400', async () => {
    const { client } = await newClient();
    await client.submit({}, key);
    const others = [
      await client.submit({ num_speakers: '2' }, key),
      await client.sendForm([file('talk.mp3', 'another sound')], key),
    ];
    for (const other of others) {
      expect(other).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('Idempotency-Key') },
      });
    }
    expect(await jobsOf(client)).toHaveLength(1);
  });

  test('of another account is another key, and after 24 hours it can be used again', async () => {
    const { client, accountId } = await newClient();
    const first = await client.submit({}, key);
    const stranger = (await newClient()).client;
    expect((await stranger.submit({}, key)).body['job_id']).not.toBe(first.body['job_id']);
    const yesterday = new Date(Date.now() - 24 * 3_600_000 - 1000);
    await service.db
      .updateTable('idempotency_keys')
      .set({ created_at: yesterday })
      .where('account_id', '=', accountId)
      .execute();
    expect((await client.submit({}, key)).body['job_id']).not.toBe(first.body['job_id']);
  });
});
