import { setTimeout as delay } from 'node:timers/promises';
import { UnusableAudioError, type Transcript } from '@icana/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { TWO_SPEAKERS, untilEnded } from '../../../../test/support/scripted-service.ts';

let outcome: () => Promise<Transcript>;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ engine: { transcribe: async () => await outcome() } });
});
afterAll(() => service.close());
afterEach(async () => {
  await expectBooksToBalance(service.db);
  expect(service.troubles).toEqual([]);
});

async function newClient() {
  const customer = await service.newCustomer();
  return { ...customer, client: createApiClient(service.url, customer.key) };
}

describe('a submitted recording', () => {
  test('becomes a completed job with exactly the eleven fields, in order', async () => {
    outcome = async () => TWO_SPEAKERS;
    const { client } = await newClient();
    const submitted = await client.submit();
    expect(submitted).toMatchObject({
      status: 200,
      body: {
        job_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        status: 'processing',
        message: 'Job submitted successfully. Poll the status endpoint to check progress.',
      },
    });
    const job = await untilEnded(client, submitted.body['job_id']);
    expect(Object.entries(job)).toEqual([
      ['id', submitted.body['job_id']],
      ['status', 'completed'],
      ['original_filename', 'talk.mp3'],
      ['language', 'en'],
      ['audio_duration_seconds', 10.44],
      ['audio_duration_minutes', 10.44 / 60],
      ['transcription', 'Good morning. Hello.'],
      ['diarization', '[Speaker 1]: Good morning.\n[Speaker 2]: Hello.'],
      ['error_message', null],
      ['created_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
      ['completed_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
    ]);
  });

  test('costs the price of its decoded length, and shows what expand asks for', async () => {
    outcome = async () => TWO_SPEAKERS;
    const { client } = await newClient();
    const { body } = await client.submit();
    const job = await untilEnded(
      client,
      body['job_id'],
      '?expand=segments,words,cost,progress,speakers,suppressed',
    );
    expect(job).toMatchObject({
      cost: { currency: 'AUD', held: 0, charged: 0.002783 },
      progress: null,
      segments: [
        { start: 0, end: 2, speaker: 1, text: 'Good morning.', confidence: 0.9 },
        { start: 3, end: 4, speaker: 2, text: 'Hello.', confidence: 0.8 },
      ],
      speakers: [{ speaker: 1, label: 'Speaker 1' }, { speaker: 2 }],
      suppressed: [],
    });
    expect(job['words']).toHaveLength(3);
    expect((await client.get('/api/v1/usage')).body).toMatchObject({
      credit_balance: 1.437217,
      total_cost: 0.002783,
    });
  });

  test('without speech is completed with two empty texts', async () => {
    outcome = async () => ({ ...TWO_SPEAKERS, speakerCount: 0, segments: [] });
    const { client } = await newClient();
    const job = await untilEnded(client, (await client.submit()).body['job_id']);
    expect(job).toMatchObject({ status: 'completed', transcription: '', diarization: '' });
  });

  test('that turns out to be at fault fails at once, with the reason and without a charge', async () => {
    let attempts = 0;
    outcome = async () => {
      attempts += 1;
      throw new UnusableAudioError('The recording breaks off.');
    };
    const { client } = await newClient();
    const job = await untilEnded(client, (await client.submit()).body['job_id'], '?expand=cost');
    expect(job).toMatchObject({
      status: 'failed',
      error_message: 'The recording breaks off.',
      transcription: null,
      completed_at: expect.any(String),
      cost: { held: 0, charged: 0 },
    });
    expect(attempts).toBe(1);
    expect((await client.get('/api/v1/usage')).body).toMatchObject({ credit_balance: 1.44, failed_jobs: 1 });
  });

  test('is tried again when an attempt breaks off', async () => {
    let attempts = 0;
    outcome = async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('the engine process died');
      return TWO_SPEAKERS;
    };
    const { client } = await newClient();
    const job = await untilEnded(client, (await client.submit()).body['job_id']);
    expect(job['status']).toBe('completed');
    expect(attempts).toBe(2);
  });
});

/** A job whose work does not end before it is released. */
async function queuedJob() {
  const { client, accountId } = await newClient();
  const { promise: gate, resolve: release } = Promise.withResolvers<void>();
  outcome = async () => {
    await gate;
    return TWO_SPEAKERS;
  };
  const { body } = await client.submit();
  return { client, accountId, id: String(body['job_id']), release };
}

describe('the steps of a job', () => {
  test('settle exactly once when completion and failure race', async () => {
    const { client, id, release } = await queuedJob();
    const ends = await Promise.all([
      service.lifecycle.complete(id, TWO_SPEAKERS),
      service.lifecycle.fail(id, 'a race'),
      service.lifecycle.complete(id, TWO_SPEAKERS),
      service.lifecycle.fail(id, 'a race'),
    ]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    release();
    const ended = await untilEnded(client, id);
    await delay(100);
    expect(await untilEnded(client, id)).toEqual(ended);
  });

  test('end a job whose every attempt broke off, with a reason and without a charge', async () => {
    const { client, id, release } = await queuedJob();
    const reason = 'the engine process died';
    await service.transcribeHandler.onDead({ taskId: id, payload: { jobId: id }, reason });
    release();
    expect(await untilEnded(client, id)).toMatchObject({
      status: 'failed',
      error_message:
        'The recording could not be transcribed: every attempt at it broke off. Nothing was charged.',
    });
  });

  test('show how far a job has come', async () => {
    const { client, id, release } = await queuedJob();
    await service.lifecycle.startProcessing(id);
    await service.lifecycle.reportProgress(id, 0.5);
    const { body } = await client.get(`/api/v1/jobs/${id}?expand=progress`);
    expect(body).toMatchObject({
      status: 'processing',
      progress: { stage: 'transcribing', fraction: 0.5, eta_seconds: expect.any(Number) },
    });
    release();
    await untilEnded(client, id);
  });

  test('never change a job that has ended, not even in the database', async () => {
    const { client, id, release } = await queuedJob();
    release();
    await untilEnded(client, id);
    const revival = service.db.updateTable('jobs').set({ status: 'pending' }).where('id', '=', id).execute();
    await expect(revival).rejects.toThrow('never changes');
  });
});

describe('a failed job', () => {
  test('that an operator retries is submitted again as a new job', async () => {
    outcome = async () => {
      throw new UnusableAudioError('The recording breaks off.');
    };
    const { client } = await newClient();
    const failed = await untilEnded(client, (await client.submit({ num_speakers: '2' })).body['job_id']);
    outcome = async () => TWO_SPEAKERS;
    const id = await service.resubmissions.retry(String(failed['id']));
    expect(await untilEnded(client, id)).toMatchObject({
      status: 'completed',
      original_filename: 'talk.mp3',
    });
    expect(await untilEnded(client, failed['id'])).toEqual(failed);
    await expect(service.resubmissions.retry(id)).rejects.toThrow(
      'Only a failed job can be tried again, and this one is completed',
    );
  });
});

test("another account's job, an unknown one and a malformed id are the same 404", async () => {
  outcome = async () => TWO_SPEAKERS;
  const { client } = await newClient();
  const { body } = await client.submit();
  await untilEnded(client, body['job_id']);
  const stranger = (await newClient()).client;
  const ids = [body['job_id'], '0197f3f0-8d5e-7000-8000-000000000000', 'x', '1%27--', 'a'.repeat(5000)];
  for (const id of ids) {
    const answer = await stranger.get(`/api/v1/jobs/${String(id)}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ detail: 'Job not found' });
  }
  expect((await stranger.get('/api/v1/jobs')).body).toEqual({ jobs: [], next_cursor: null });
});

test('usage agrees with the ledger to the micro, over thirty days', async () => {
  outcome = async () => TWO_SPEAKERS;
  const { client, accountId } = await newClient();
  for (let count = 0; count < 3; count += 1) await untilEnded(client, (await client.submit()).body['job_id']);
  const { body } = await client.get('/api/v1/usage');
  const { available } = await service.credits.balance(accountId);
  expect(body).toMatchObject({
    credit_balance: available / 1e6,
    credit_held: 0,
    currency: 'AUD',
    price_per_minute: 0.016,
    minimum_balance: 0.5,
    total_jobs: 3,
    completed_jobs: 3,
    failed_jobs: 0,
    total_audio_seconds: 31.305,
    total_audio_minutes: 31.305 / 60,
    total_cost: (1_440_000 - available) / 1e6,
  });
  const daily = body['daily'] as { date: string; jobs: number; cost: number }[];
  expect(daily).toHaveLength(30);
  expect(daily.at(-1)).toMatchObject({
    date: new Date().toISOString().slice(0, 10),
    jobs: 3,
    cost: 0.008349,
  });
  expect(daily.at(0)).toMatchObject({ jobs: 0, cost: 0 });
});
