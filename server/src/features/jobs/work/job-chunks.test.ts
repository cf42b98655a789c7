import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, RecognisedChunk } from '@icana/engine';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, beforeAll, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../../test/invariants/books.ts';
import { createApiClient, type ApiClient } from '../../../../../test/support/api-client.ts';
import { untilEnded } from '../../../../../test/support/scripted-service.ts';
import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';

const MINUTE = 60;
const CHUNK_SECONDS = 2 * MINUTE;
const NO_EVIDENCE = { version: 1, betweenVariances: [], times: '', prints: '' } as const;

const LEVELS = Buffer.from([0, 7, 255]).toString('base64');

/** What the engine makes of a recording of ten minutes: five chunks, whose audio is their number. */
const chunkCount = 5;
const durationSeconds = chunkCount * CHUNK_SECONDS;

let prepare: Engine['prepare'];
let recogniseChunk: Engine['recogniseChunk'];
let service: TestService;

/** Gives all chunks, or those from one on, and says who speaks when. */
const giveChunks =
  (options: { onGiven?: () => Promise<void> } = {}): Engine['prepare'] =>
  async (_request, { onChunk, onProgress = () => undefined }) => {
    for (let number = 0; number < chunkCount; number += 1) {
      const file = path.join(service.folder, `chunk-${number}`);
      await writeFile(file, String(number));
      const start = number * CHUNK_SECONDS;
      await onChunk({ number, path: file, start, end: start + CHUNK_SECONDS, speechSeconds: CHUNK_SECONDS });
      onProgress((number + 1) / chunkCount);
    }
    await options.onGiven?.();
    const turns = [
      { start: 0, end: 300, speaker: 0 },
      { start: 300, end: 600, speaker: 1 },
    ];
    return { durationSeconds, chunkCount, turns, speakerEvidence: NO_EVIDENCE, levels: LEVELS };
  };

/** One word a chunk, at its start: its number. */
const recognised = (number: number): RecognisedChunk => ({
  words: [
    { text: `${number}`, start: number * CHUNK_SECONDS, end: number * CHUNK_SECONDS + 1, confidence: 1 },
  ],
  suppressed: [],
});
const numberOf = ({ path: file }: { path: string }) => Number(/-(\d+)$/.exec(file)![1]);
const WHOLE = '[Speaker 1]: 0 1 2\n[Speaker 2]: 3 4';

beforeAll(async () => {
  service = await startTestService({
    engine: {
      probe: async () => ({ durationSeconds }),
      prepare: (...asked) => prepare(...asked),
      recogniseChunk: (...asked) => recogniseChunk(...asked),
    },
    settings: { engineProcesses: 2 },
  });
});
beforeEach(() => {
  prepare = giveChunks();
  recogniseChunk = async (request) => recognised(numberOf(request));
});
afterAll(() => service.close());
afterEach(async () => {
  await expectBooksToBalance(service.db);
  expect((await service.audit.verify()).findings).toEqual([]);
  expect(service.troubles).toEqual([]);
});

async function submitted(): Promise<{ client: ApiClient; id: string }> {
  const { key } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  return { client, id: String((await client.submit()).body['job_id']) };
}

async function storedChunks(jobId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of service.storage.list(`chunks/${jobId}`)) keys.push(key);
  return keys;
}

/** What the queue says when the last try at a chunk has broken off. */
async function endOfChunk(jobId: string, number: number) {
  const chunk = service.db.selectFrom('job_chunks').select('task_id').where('job_id', '=', jobId);
  const { task_id: taskId } = await chunk.where('number', '=', number).executeTakeFirstOrThrow();
  return { taskId, payload: { jobId, number }, reason: 'for the test' };
}

/** Resolves when the job has been prepared. */
const untilPrepared = async (jobId: string) =>
  await expect.poll(() => service.chunks.isPrepared(jobId), { timeout: 10_000 }).toBe(true);

describe('a long recording', () => {
  test('is recognised in chunks, whose words come together in order, and is paid once', async () => {
    // The later the chunk, the sooner it is done.
    recogniseChunk = async (request) => {
      await delay((chunkCount - numberOf(request)) * 30);
      return recognised(numberOf(request));
    };
    const { client, id } = await submitted();
    expect(await untilEnded(client, id, '?expand=cost')).toMatchObject({
      status: 'completed',
      diarization: WHOLE,
      audio_duration_seconds: 600,
      cost: { held: 0, charged: 0.16 },
    });
    await expect.poll(() => storedChunks(id)).toEqual([]);
  });

  test('keeps how loud it is, and what its voices are told apart by', async () => {
    const { client, id } = await submitted();
    await untilEnded(client, id);
    const kept = await service.db
      .selectFrom('transcripts')
      .select(['levels', 'speaker_evidence'])
      .where('job_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(kept).toEqual({ levels: Buffer.from([0, 7, 255]), speaker_evidence: NO_EVIDENCE });
  });

  test('is completed by its preparation where that ends last', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    prepare = giveChunks({ onGiven: () => gate });
    const done: number[] = [];
    recogniseChunk = async (request) => {
      done.push(numberOf(request));
      return recognised(numberOf(request));
    };
    const { client, id } = await submitted();
    await expect.poll(() => done).toHaveLength(chunkCount);
    await expect.poll(() => storedChunks(id)).toEqual([]);
    expect((await client.get(`/api/v1/jobs/${id}`)).body).toMatchObject({ status: 'processing' });
    open();
    expect(await untilEnded(client, id)).toMatchObject({ status: 'completed', diarization: WHOLE });
  });

  test('without speech has no chunks and two empty texts', async () => {
    prepare = async () => ({ durationSeconds, chunkCount: 0, turns: [], speakerEvidence: NO_EVIDENCE });
    const { client, id } = await submitted();
    expect(await untilEnded(client, id)).toMatchObject({ status: 'completed', transcription: '' });
  });

  test('whose preparation breaks off is prepared again, but no chunk is done twice', async () => {
    let attempts = 0;
    const done: number[] = [];
    prepare = async (...asked) => {
      attempts += 1;
      if (attempts === 1)
        return await giveChunks({ onGiven: () => Promise.reject(new Error('broken off')) })(...asked);
      return await giveChunks()(...asked);
    };
    recogniseChunk = async (request) => {
      done.push(numberOf(request));
      return recognised(numberOf(request));
    };
    const { client, id } = await submitted();
    expect(await untilEnded(client, id)).toMatchObject({ status: 'completed', diarization: WHOLE });
    expect(attempts).toBe(2);
    expect(done.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });

  test('one of whose chunks fails for good fails, without a charge, and the rest of its work is dropped', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    recogniseChunk = async (request, { signal } = {}) => {
      if (numberOf(request) > 0) ask();
      return await new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    };
    const { client, id } = await submitted();
    await untilPrepared(id);
    await asked;
    await service.recogniseHandler.onDead(await endOfChunk(id, 0));
    expect(await untilEnded(client, id, '?expand=cost')).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('Nothing was charged'),
      cost: { held: 0, charged: 0 },
    });
    const left = service.db.selectFrom('job_chunks').select('result').where('job_id', '=', id);
    expect((await left.execute()).every(({ result }) => result === null)).toBe(true);
  });

  test('is not given up with a task that has kept its part before it broke off', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    recogniseChunk = async (request) => {
      if (numberOf(request) > 0) await gate;
      return recognised(numberOf(request));
    };
    const { client, id } = await submitted();
    await untilPrepared(id);
    await expect.poll(() => storedChunks(id)).toHaveLength(chunkCount - 1);
    await service.recogniseHandler.onDead(await endOfChunk(id, 0));
    await service.prepareHandler.onDead({ taskId: id, payload: { jobId: id }, reason: 'for the test' });
    open();
    expect(await untilEnded(client, id)).toMatchObject({ status: 'completed', diarization: WHOLE });
  });

  test('whose progress cannot be noted is done by as many tries as there are parts', async () => {
    await sql`create function refuse() returns trigger as 'begin raise ''not now''; end' language plpgsql`.execute(
      service.db,
    );
    await sql`create trigger progress_refused before update of progress_fraction on jobs
      for each row execute function refuse()`.execute(service.db);
    const { promise: jobId, resolve: submittedAs } = Promise.withResolvers<string>();
    recogniseChunk = async (request) => {
      // After the last part there is no progress to note.
      if (numberOf(request) === chunkCount - 1) await untilPrepared(await jobId);
      return recognised(numberOf(request));
    };
    const { client, id } = await submitted();
    submittedAs(id);
    expect(await untilEnded(client, id)).toMatchObject({ status: 'completed', diarization: WHOLE });
    const tasks = sql`select state, retry_count as retries from pgboss.job where data->>'jobId' = ${id}`;
    const doneAtOnce = Array.from({ length: chunkCount + 1 }, () => ({ state: 'completed', retries: 0 }));
    await expect.poll(async () => (await tasks.execute(service.db)).rows).toEqual(doneAtOnce);
    await sql`drop function refuse cascade`.execute(service.db);
  });

  test('that is deleted is worked on by nobody a second later, and nothing of it stays', async () => {
    const stopped: number[] = [];
    const begun: number[] = [];
    recogniseChunk = async (request, { signal } = {}) => {
      if (numberOf(request) === 0) return recognised(0);
      begun.push(numberOf(request));
      return await new Promise((_, reject) =>
        signal?.addEventListener('abort', () => {
          stopped.push(Date.now());
          reject(signal.reason as Error);
        }),
      );
    };
    const { client, id } = await submitted();
    await untilPrepared(id);
    await expect.poll(() => begun).toHaveLength(2);
    const deletedAt = Date.now();
    await client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
    await expect.poll(() => stopped).toHaveLength(2);
    expect(Math.max(...stopped) - deletedAt).toBeLessThan(1000);
    expect(await storedChunks(id)).toEqual([]);
    const preparations = service.db.selectFrom('job_preparations').selectAll().where('job_id', '=', id);
    expect(await preparations.execute()).toEqual([]);
    await delay(200);
    expect(begun, 'tasks that were withdrawn are not begun').toHaveLength(2);
  });

  test('shows how far it is by all of its chunks, and never goes back', async () => {
    const gates = Array.from({ length: chunkCount }, () => Promise.withResolvers<void>());
    recogniseChunk = async (request, { onProgress } = {}) => {
      const number = numberOf(request);
      onProgress?.(0.5);
      await gates[number]!.promise;
      return recognised(number);
    };
    const { client, id } = await submitted();
    const fraction = async () => {
      const { body } = await client.get(`/api/v1/jobs/${id}?expand=progress`);
      return (body['progress'] as { fraction: number } | null)?.fraction ?? 1;
    };
    await untilPrepared(id);
    // Two chunks are at work, half of each is done.
    await expect.poll(fraction).toBeCloseTo(0.15 + 0.85 * (1 / chunkCount), 2);
    gates[0]!.resolve();
    await expect.poll(fraction).toBeCloseTo(0.15 + 0.85 * (2 / chunkCount), 2);
    for (const { resolve } of gates) resolve();
    await untilEnded(client, id);
  });
});

test('of a job that has ended nothing stays behind, even where a worker did not hear of it in time', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  prepare = async (...asked) => {
    await gate;
    return await giveChunks()(...asked);
  };
  const { client, id } = await submitted();
  await expect.poll(async () => (await client.get(`/api/v1/jobs/${id}`)).body['status']).toBe('processing');
  await service.lifecycle.fail(id, 'for the test');
  open();
  // All are noted; what was stored of them is taken back, or left.
  const noted = service.db.selectFrom('job_chunks').selectAll().where('job_id', '=', id);
  await expect.poll(async () => (await noted.execute()).length).toBe(chunkCount);
  await service.storage.put(`chunks/${id}-0`, Readable.from(['left']));
  const longAgo = new Date(Date.now() - MINUTE * 1000);
  await service.db.updateTable('jobs').set({ completed_at: longAgo }).where('id', '=', id).execute();
  await service.chunks.sweep();
  expect(await noted.execute()).toEqual([]);
  expect(await storedChunks(id)).toEqual([]);
});
