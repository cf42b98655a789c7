import { setTimeout as delay } from 'node:timers/promises';
import { UnusableAudioError } from '@icana/engine';
import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  toFile,
} from 'openai';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import {
  startScriptedService,
  TWO_SPEAKERS,
  type ScriptedService,
} from '../../../../test/support/scripted-service.ts';
import type { TestService } from '../../../../test/support/test-service.ts';
import { systemClock } from '../../lib/clock.ts';
import { createJobWaiting } from '../jobs/waiting/job-waiting.ts';
import { createDocuments } from '../transcripts/documents.ts';
import { createRecounting } from '../transcripts/recounting.ts';
import { createTranscripts } from '../transcripts/transcripts.service.ts';
import { createOpenAiTranscriptions } from './openai.service.ts';

let scripted: ScriptedService;
let service: TestService;
beforeAll(async () => {
  scripted = await startScriptedService({ settings: { maxUploadMb: 1 } });
  service = scripted.service;
});
afterAll(async () => {
  await expectBooksToBalance(service.db);
  await service.close();
});

const openAi = (key: string, { url } = service) =>
  new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });

/** A new customer with OpenAI's client, and ours to look at what became of it. */
async function newCustomer() {
  const customer = await service.newCustomer();
  const ours = createApiClient(service.url, customer.key);
  const lastJob = async () => {
    const [job] = (await ours.get('/api/v1/jobs')).body['jobs'] as Record<string, unknown>[];
    return job;
  };
  const usage = async () => (await ours.get('/api/v1/usage')).body;
  return { ...customer, client: openAi(customer.key), ours, lastJob, usage };
}

const file = () => toFile(Buffer.from('sound'), 'talk.mp3');
const findTwoSpeakers = async () => TWO_SPEAKERS;

/** What the client throws. */
async function errorOf(request: PromiseLike<unknown>): Promise<APIError> {
  const error: unknown = await request.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error(`there was no error of the API but ${String(error)}`);
}

/** What a client that finds two speakers is answered. */
async function ask(how: object): Promise<unknown> {
  scripted.script(findTwoSpeakers);
  const { client } = await newCustomer();
  return await client.audio.transcriptions.create({ file: await file(), model: 'whisper-1', ...how });
}

/** How a client is refused, by default that of a new customer. */
async function refused(how: object, customer?: { client: OpenAI }): Promise<APIError> {
  const { client } = customer ?? (await newCustomer());
  const form = { file: await file(), model: 'whisper-1', ...how };
  return await errorOf(client.audio.transcriptions.create(form));
}

describe("OpenAI's client is answered", () => {
  const text = 'Good morning. Hello.';
  const usage = { type: 'duration', seconds: 10.44 };

  test('with the text, when no format is asked for', async () => {
    expect(await ask({})).toEqual({ text, usage });
    expect(await ask({ response_format: 'json' })).toEqual({ text, usage });
  });

  test('with plain text', async () => {
    expect(await ask({ response_format: 'text' })).toBe(`${text}\n`);
  });

  test('with subtitles in either format', async () => {
    expect(await ask({ response_format: 'srt' })).toMatch(
      /^1\n00:00:00,000 --> 00:00:02,000\nSpeaker 1: Good/,
    );
    expect(await ask({ response_format: 'vtt' })).toMatch(/^WEBVTT\n\n00:00:00\.000 --> /);
  });

  test('with segments, all of whose fields are there', async () => {
    expect(await ask({ response_format: 'verbose_json' })).toEqual({
      task: 'transcribe',
      language: 'english',
      duration: 10.44,
      text,
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 2,
          text: 'Good morning.',
          tokens: [],
          temperature: 0,
          avg_logprob: Math.log(0.9),
          compression_ratio: 13 / 21,
          no_speech_prob: 0,
        },
        expect.objectContaining({ id: 1, start: 3, end: 4, text: 'Hello.', avg_logprob: Math.log(0.8) }),
      ],
      usage,
    });
  });

  test('with words instead, or as well', async () => {
    const words = [
      { word: 'Good', start: 0, end: 1 },
      { word: 'morning.', start: 1, end: 2 },
      { word: 'Hello.', start: 3, end: 4 },
    ];
    const asked = { response_format: 'verbose_json', timestamp_granularities: ['word'] };
    const onlyWords = await ask(asked);
    expect(onlyWords).toMatchObject({ words });
    expect(onlyWords).not.toHaveProperty('segments');
    const both = await ask({ ...asked, timestamp_granularities: ['word', 'segment'] });
    expect(both).toMatchObject({ words, segments: [{ text: 'Good morning.' }, { text: 'Hello.' }] });
  });

  test('with who speaks', async () => {
    const how = {
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      chunking_strategy: 'auto',
    };
    const type = 'transcript.text.segment';
    expect(await ask(how)).toEqual({
      task: 'transcribe',
      duration: 10.44,
      text,
      segments: [
        { type, id: 'seg_0', start: 0, end: 2, text: 'Good morning.', speaker: 'A' },
        { type, id: 'seg_1', start: 3, end: 4, text: 'Hello.', speaker: 'B' },
      ],
      usage,
    });
  });

  test('with empty texts for a recording without speech', async () => {
    scripted.script(async () => ({ ...TWO_SPEAKERS, segments: [] }));
    const { client } = await newCustomer();
    const answers = [];
    for (const format of ['text', 'verbose_json', 'diarized_json'] as const)
      answers.push(
        await client.audio.transcriptions.create({ file: await file(), model: 'x', response_format: format }),
      );
    expect(answers).toMatchObject([
      '\n',
      { text: '', segments: [], language: 'english' },
      { text: '', segments: [] },
    ]);
  });
});

test('a transcription is a job as any other: it is in the list, with its options, and costs the same', async () => {
  scripted.script(findTwoSpeakers);
  const { client, ours, lastJob, usage } = await newCustomer();
  const { response, request_id: requestId } = await client.audio.transcriptions
    .create({ file: await file(), model: 'whisper-1', language: 'en', prompt: 'Icana', temperature: 0.2 })
    .withResponse();
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('ratelimit-remaining')).toMatch(/^\d+$/);
  const job = await lastJob();
  expect(job).toMatchObject({ status: 'completed', original_filename: 'talk.mp3', language: 'en' });
  const { body } = await ours.get(`/api/v1/jobs/${String(job?.['id'])}?expand=cost`);
  expect(body['cost']).toEqual({ currency: 'AUD', held: 0, charged: 0.002783 });
  expect(await usage()).toMatchObject({ total_jobs: 1, total_cost: 0.002783 });
});

describe('a refusal is the error that the client has for it', () => {
  test.each([
    ['a stream', { stream: true }, 'openai.no_streaming', 'stream'],
    ['a format that is none', { response_format: 'docx' }, 'openai.format_unknown', 'response_format'],
    [
      'times of nothing',
      { timestamp_granularities: ['syllable'] },
      'openai.granularity_unknown',
      'timestamp_granularities[]',
    ],
    ['another language', { language: 'tlh' }, 'upload.language_unavailable', 'language'],
    ['no audio by its name', { file: new File(['x'], 'talk.txt') }, 'upload.unsupported_type', 'file'],
    [
      'too large a file',
      { file: new File(['x'.repeat(2 ** 20 + 1)], 'talk.mp3') },
      'upload.too_large',
      'file',
    ],
    ['an empty file', { file: new File([], 'talk.mp3') }, 'upload.not_audio', 'file'],
    ['no file', { file: undefined }, 'upload.file_missing', 'file'],
  ])('for %s', async (_, how, code, param) => {
    const customer = await newCustomer();
    const error = await refused(how, customer);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, code, param, type: 'invalid_request_error' });
    expect(error.headers?.get('x-error-code')).toBe(code);
    // Nothing is left of it, also where the recording had arrived before the field that was wrong.
    expect(await customer.usage()).toMatchObject({ total_jobs: 0, credit_held: 0 });
  });

  test('for a key that is none', async () => {
    const error = await refused({}, { client: openAi('sk_test_nonsense') });
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ message: '401 Invalid or missing API key', code: 'key.invalid' });
  });

  test('for a key in the header of our own API', async () => {
    const { key } = await newCustomer();
    const form = new FormData();
    form.append('file', await file());
    const headers = { 'X-API-Key': key };
    const url = new URL('/v1/audio/transcriptions', service.url);
    expect((await fetch(url, { method: 'POST', body: form, headers })).status).toBe(401);
  });

  test('for an account that is suspended', async () => {
    const customer = await newCustomer();
    await service.accounts.step(customer.email, 'suspend');
    expect(await refused({}, customer)).toBeInstanceOf(PermissionDeniedError);
  });

  test('for a balance that is too low', async () => {
    const customer = await newCustomer();
    await service.credits.adjust({
      accountId: customer.accountId,
      amountMicroAud: -1_000_000,
      reason: 'test',
    });
    expect(await refused({}, customer)).toMatchObject({
      status: 402,
      type: 'insufficient_quota',
      code: 'credits.insufficient',
    });
  });

  test('for a rate that is too high: counted as submissions are', async () => {
    const limited = await startScriptedService({ settings: { rateLimitSubmit: 1 } });
    const { key } = await limited.service.newCustomer();
    const submitted = await createApiClient(limited.service.url, key).submit();
    expect(submitted.status).toBe(200);
    const error = await refused({}, { client: openAi(key, limited.service) });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
    await limited.service.close();
  });

  test('for what there is not', async () => {
    const { client } = await newCustomer();
    const error = await errorOf(client.models.retrieve('whisper-1'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'request.unknown_route', param: null });
  });

  test('for a failure of ours, of which it says nothing', async () => {
    const broken = await startScriptedService({ working: false });
    const { key } = await broken.service.newCustomer();
    await broken.service.db.schema.alterTable('jobs').renameTo('secret_jobs').execute();
    const error = await refused({}, { client: openAi(key, broken.service) });
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ type: 'server_error', code: 'internal.unexpected' });
    expect(error.message).not.toContain('secret');
    await broken.service.close();
  });
});

test('a job that fails while it is waited for is an error that says why, without a charge', async () => {
  const { client, usage, lastJob } = await newCustomer();
  scripted.script(async () => {
    throw new UnusableAudioError('The file ends in the middle.');
  });
  const error = await errorOf(client.audio.transcriptions.create({ file: await file(), model: 'x' }));
  expect(error).toMatchObject({ status: 400, code: 'openai.failed' });
  expect(error.message).toBe('400 The transcription failed: The file ends in the middle.');
  expect(await lastJob()).toMatchObject({ status: 'failed' });
  expect(await usage()).toMatchObject({ total_cost: 0, credit_held: 0 });
});

/** An engine that works until it is released or stopped; `stopped` resolves with the reason. */
function endlessWork() {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  scripted.script(async (_request, { signal } = {}) => {
    begun.resolve();
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => {
        stopped.resolve(signal.reason);
        reject(signal.reason as Error);
      });
    });
    await Promise.race([gate.promise, aborted]);
    return TWO_SPEAKERS;
  });
  return { begun: begun.promise, release: gate.resolve, stopped: stopped.promise };
}

/** Sends a recording, and goes away when the work at it has begun. */
async function goAway(client: OpenAI, begun: Promise<void>, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const options = { signal: leaving.signal, headers };
  const request = client.audio.transcriptions.create({ file: await file(), model: 'x' }, options);
  const gone = expect(request).rejects.toThrow('aborted');
  await begun;
  leaving.abort();
  await gone;
}

describe('a client that goes away before the answer', () => {
  test('leaves a failed job that says so, nothing charged, and the work at it stops', async () => {
    const { client, lastJob, usage } = await newCustomer();
    const work = endlessWork();
    await goAway(client, work.begun);
    await work.stopped;
    expect(await lastJob()).toMatchObject({
      status: 'failed',
      error_message: 'The client went away before the transcription was finished. Nothing was charged.',
    });
    expect(await usage()).toMatchObject({ total_cost: 0, credit_held: 0 });
  });

  test('and had an Idempotency-Key gets its one job by sending the same again', async () => {
    const { client, usage } = await newCustomer();
    const work = endlessWork();
    const headers = { 'Idempotency-Key': 'again' };
    await goAway(client, work.begun, headers);
    const again = client.audio.transcriptions.create({ file: await file(), model: 'x' }, { headers });
    const answer = again.then(({ text }) => text);
    await delay(100);
    work.release();
    expect(await answer).toBe('Good morning. Hello.');
    expect(await usage()).toMatchObject({ total_jobs: 1, total_cost: 0.002783 });
  });
});

describe('a request that would wait for too long is answered with the id of the job, which goes on,', () => {
  const STILL_RUNNING = /get it from \/api\/v1\/jobs\/([0-9a-f-]{36}) with the same key/;

  test('when its time is over, and the client does not send the recording again by itself', async () => {
    const impatient = await startScriptedService({ settings: { openAiSeconds: 1 }, working: false });
    const { key } = await impatient.service.newCustomer();
    const ours = createApiClient(impatient.service.url, key);
    const client = new OpenAI({ apiKey: key, baseURL: `${impatient.service.url}/v1` });
    const error = await errorOf(client.audio.transcriptions.create({ file: await file(), model: 'x' }));
    expect(error).toMatchObject({ status: 400, code: 'openai.still_running' });
    const id = STILL_RUNNING.exec(error.message)?.[1];
    expect((await ours.get('/api/v1/jobs')).body['jobs']).toMatchObject([{ id, status: 'pending' }]);
    await impatient.service.close();
  });

  test('when the server closes', async () => {
    const closing = await startScriptedService({ working: false });
    const { key, accountId } = await closing.service.newCustomer();
    const waiting = errorOf(
      openAi(key, closing.service).audio.transcriptions.create({ file: await file(), model: 'x' }),
    );
    const list = async () => (await closing.service.jobs.list({ accountId, limit: 1 })).jobs;
    await expect.poll(list).toMatchObject([{ status: 'pending' }]);
    await delay(100);
    await closing.service.close();
    expect((await waiting).message).toMatch(STILL_RUNNING);
  });
});

test('a job for which there is no place to wait is ended: its client is told to send the recording again', async () => {
  const { client, accountId } = await newCustomer();
  const work = endlessWork();
  const waiting = errorOf(client.audio.transcriptions.create({ file: await file(), model: 'x' }));
  await work.begun;
  const { db, jobs, jobWatch, lifecycle, outlooks } = service;
  const jobWaiting = createJobWaiting({
    database: db,
    clock: systemClock,
    watch: jobWatch,
    outlooks,
    limits: { inAll: 0, perAccount: 0 },
  });
  const crowded = createOpenAiTranscriptions({
    jobs,
    jobWaiting,
    lifecycle,
    transcripts: createTranscripts({
      database: db,
      clock: systemClock,
      recount: createRecounting(),
      writeDocument: createDocuments(),
    }),
    longestMs: 1000,
    log: pino({ level: 'silent' }),
  });
  const [job] = (await jobs.list({ accountId, limit: 1 })).jobs;
  const never = new AbortController().signal;
  const wanted = {
    accountId,
    id: job!.id,
    asked: { format: 'json', granularities: [] },
    elapsedMs: 0,
  } as const;
  await expect(
    crowded.transcription({ ...wanted, canComeBack: false, gone: never, closing: never }),
  ).rejects.toMatchObject({ code: 'limits.too_many_waiting' });
  await work.stopped;
  expect((await waiting).message).toMatch(/^400 The transcription failed: Too many requests are waiting/);
});

test('a job that its owner deletes while it is waited for is not found', async () => {
  const { client, ours, lastJob } = await newCustomer();
  const work = endlessWork();
  const waiting = errorOf(client.audio.transcriptions.create({ file: await file(), model: 'x' }));
  await work.begun;
  await ours.send(`/api/v1/jobs/${String((await lastJob())?.['id'])}`, { method: 'DELETE' });
  expect(await waiting).toBeInstanceOf(NotFoundError);
});
