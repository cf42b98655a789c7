import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());
afterEach(() => expectBooksToBalance(service.db));

async function newClient() {
  const customer = await service.newCustomer();
  return { ...customer, client: createApiClient(service.url, customer.key) };
}

const remove = (client: ApiClient, id: string) => client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });

async function queuedTasks(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from pgboss.job where name = 'transcribe'`.execute(
    service.db,
  );
  return rows.map(({ id }) => id);
}

const OPTIONS = { language: 'en', prompt: null, numSpeakers: null, minSpeakers: null, maxSpeakers: null };

test('a job in the queue is deleted with its task, and its credit comes back', async () => {
  const { client } = await newClient();
  const id = String((await client.submit()).body['job_id']);
  expect(await queuedTasks()).toContain(id);
  expect(await remove(client, id)).toMatchObject({ status: 200, body: { status: 'deleted' } });
  expect(await queuedTasks()).not.toContain(id);
  expect((await client.get('/api/v1/usage')).body).toMatchObject({
    credit_balance: 1.44,
    credit_held: 0,
    total_jobs: 1,
    failed_jobs: 1,
  });
  expect(await storedFiles(service.folder)).toEqual([]);
});

/** Sends the head of a form and the beginning of a file, and goes on when it is told to. */
async function beginUpload(key: string) {
  const upload = request(new URL('/api/v1/transcribe', service.url), {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'multipart/form-data; boundary=b' },
  });
  upload.on('error', () => undefined);
  const answered = once(upload, 'response').then(async ([response]) => ({
    status: response.statusCode as number,
    code: response.headers['x-error-code'] as string | undefined,
    body: JSON.parse(await text(response)) as { detail: string },
  }));
  upload.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nsound');
  return { answered, id: await uploadingJob(createApiClient(service.url, key)) };
}

async function uploadingJob(client: ApiClient): Promise<string> {
  for (;;) {
    const { body } = await client.get('/api/v1/jobs?status=uploading');
    const [job] = body['jobs'] as { id: string }[];
    if (job) return job.id;
    await delay(10);
  }
}

test('the sender of a recording whose job is deleted is told so in the middle, and nothing is left', async () => {
  const { client, key } = await newClient();
  const { answered, id } = await beginUpload(key);
  expect(await remove(client, id)).toMatchObject({ status: 200 });
  expect(await answered).toEqual({
    status: 400,
    code: 'upload.job_deleted',
    body: {
      detail: 'The job was deleted while its file was being uploaded: nothing was kept or charged.',
    },
  });
  expect(await storedFiles(service.folder)).toEqual([]);
  expect((await client.get('/api/v1/jobs')).body['jobs']).toEqual([]);
  expect((await client.get('/api/v1/usage')).body).toMatchObject({ credit_balance: 1.44, credit_held: 0 });
});

test('a deletion and the end of an upload at once leave either nothing or a deleted job, never a charge', async () => {
  const { client, accountId } = await newClient();
  const outcomes: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const upload = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
    const job = await service.submissions.open(upload);
    const { sizeBytes, sha256 } = await service.storage.put(job.storage_key, Readable.from(['sound']));
    const file = { sizeBytes, sha256, durationMs: 10_000 };
    const submit = () =>
      service.submissions.submit(job, file, { options: OPTIONS, idempotencyKey: `round ${round}` });
    const [submission, deletion] = await Promise.allSettled([
      delay(round % 3).then(submit),
      delay(round % 2).then(() => service.deletions.delete({ accountId, id: job.id })),
    ]);
    expect(deletion.status).toBe('fulfilled');
    outcomes.push(submission.status);
    if (submission.status === 'rejected') {
      expect(submission.reason).toMatchObject({ code: 'upload.job_deleted' });
      // As the upload does that is told so.
      await service.submissions.discard(job);
    }
    expect(await queuedTasks()).toEqual([]);
    expect(await storedFiles(service.folder)).toEqual([]);
    expect(await service.credits.balance(accountId)).toEqual({ available: 1_440_000, held: 0 });
  }
  expect(new Set(outcomes)).toContain('rejected');
  expect((await client.get('/api/v1/jobs')).body['jobs']).toEqual([]);
});

test('what an upload that died together with its server has left of a deleted job is swept', async () => {
  const { accountId } = await newClient();
  const upload = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
  const job = await service.submissions.open(upload);
  await service.deletions.delete({ accountId, id: job.id });
  // It stored the file after all, and died before it could learn of the deletion.
  await service.storage.put(job.storage_key, Readable.from(['sound']));
  await service.deletions.sweep();
  expect(await service.storage.exists(job.storage_key)).toBe(true);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await service.db
    .updateTable('jobs')
    .set({ recording_removal_due_at: aMinuteAgo })
    .where('id', '=', job.id)
    .execute();
  await service.deletions.sweep();
  expect(await service.storage.exists(job.storage_key)).toBe(false);
});
