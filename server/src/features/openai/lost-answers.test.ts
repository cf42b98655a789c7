import { setTimeout as delay } from 'node:timers/promises';
import OpenAI, { BadRequestError, toFile } from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { startCuttableService, type CuttableService } from '../../../../test/support/cuttable-service.ts';

/** How a job is read that was submitted just before, as it goes over the line. */
const READ_JOB = 'select * from "jobs" where "id" in';

let cuttable: CuttableService;
beforeAll(async () => {
  cuttable = await startCuttableService();
});
afterEach(() => expectBooksToBalance(cuttable.beside.db));
afterAll(() => cuttable.close());

/** A new customer with OpenAI's client, which sends again by itself what was not answered. */
async function newCustomer() {
  const { service, beside } = cuttable;
  const { key } = await beside.newCustomer();
  const ours = createApiClient(beside.url, key);
  const client = new OpenAI({ apiKey: key, baseURL: `${service.url}/v1` });
  const transcribe = async (options?: OpenAI.RequestOptions) =>
    await client.audio.transcriptions.create(
      { file: await toFile(Buffer.from('sound'), 'talk.mp3'), model: 'x' },
      options,
    );
  const jobs = async () => (await ours.get('/api/v1/jobs')).body['jobs'] as Record<string, unknown>[];
  return { transcribe, jobs };
}

test('a client whose job cannot be looked at is told where it is, and does not send the recording again', async () => {
  const { whenSubmitting, loseAnswerTo } = cuttable;
  const { transcribe, jobs } = await newCustomer();
  const lost = whenSubmitting(() => loseAnswerTo(READ_JOB));
  const error: unknown = await transcribe().catch((thrown: unknown) => thrown);
  await lost;
  expect(error).toBeInstanceOf(BadRequestError);
  const made = await jobs();
  expect(made).toMatchObject([{ status: 'pending' }]);
  expect(error).toMatchObject({
    code: 'openai.still_running',
    message: expect.stringContaining(`/api/v1/jobs/${String(made[0]?.['id'])} `),
  });
});

test('the job of a client that goes away while the database is away is ended when it is back', async () => {
  const { line } = cuttable;
  const { transcribe, jobs } = await newCustomer();
  const leaving = new AbortController();
  const gone = expect(transcribe({ signal: leaving.signal })).rejects.toThrow('aborted');
  await expect.poll(jobs).toMatchObject([{ status: 'pending' }]);
  await line.cut();
  leaving.abort();
  await gone;
  await delay(500);
  await line.mend();
  await expect
    .poll(jobs, { timeout: 10_000 })
    .toMatchObject([{ status: 'failed', error_message: expect.stringContaining('went away') }]);
});
