import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import type { ApiClient } from '../../../../test/support/api-client.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import {
  onAnotherServer,
  startScriptedService,
  TWO_SPEAKERS,
  untilEnded,
  type ScriptedService,
} from '../../../../test/support/scripted-service.ts';

let isDiskStuck = false;
const sticking = (storage: ObjectStorage): ObjectStorage => ({
  ...storage,
  async delete(key) {
    if (isDiskStuck) throw new Error('the disk does not answer');
    await storage.delete(key);
  },
});

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await startScriptedService({ wrapStorage: sticking });
});
afterAll(() => scripted.service.close());
afterEach(async () => {
  await expectBooksToBalance(scripted.service.db);
  expect(scripted.service.troubles).toEqual([]);
});

const remove = (client: ApiClient, id: string) => client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
const NOT_FOUND = { status: 404, body: { detail: 'Job not found' } };

async function storedRecordings(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of scripted.service.storage.list('recordings/')) keys.push(key);
  return keys;
}

describe('deleting a job that has ended', () => {
  test('answers with its id, and from then on the job is unknown everywhere', async () => {
    const { client, id } = await scripted.completedJob();
    expect(await remove(client, id)).toMatchObject({ status: 200, body: { id, status: 'deleted' } });
    for (const place of ['', '?wait=1', '/transcript', '/transcript?format=srt', '/audio', '/events']) {
      expect(await client.get(`/api/v1/jobs/${id}${place}`), place).toMatchObject(NOT_FOUND);
    }
    expect(await remove(client, id)).toMatchObject(NOT_FOUND);
    expect((await client.get('/api/v1/jobs')).body).toEqual({ jobs: [], next_cursor: null });
    await expect(scripted.service.jobs.inspect(id)).rejects.toThrow('There is no job');
  });

  test('leaves no recording and no word of it', async () => {
    scripted.script(async () => TWO_SPEAKERS);
    const { client } = await scripted.newClient();
    const submitted = await client.submit({ prompt: 'Melbourne' }, { 'Idempotency-Key': 'once' });
    const id = String(submitted.body['job_id']);
    await untilEnded(client, id);
    expect(await storedRecordings()).toContain(`recordings/${id}`);
    await remove(client, id);
    expect(await storedRecordings()).not.toContain(`recordings/${id}`);
    const { db } = scripted.service;
    const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ original_filename: '', prompt: null, sha256: null, status: 'completed' });
    expect(row.recording_removal_due_at).toBeNull();
    const texts = db.selectFrom('transcripts').selectAll().where('job_id', '=', id);
    expect(await texts.execute()).toEqual([]);
    // The key stands for nothing any more: the same request is a new submission.
    const again = await client.submit({ prompt: 'Melbourne' }, { 'Idempotency-Key': 'once' });
    expect(again.body['job_id']).not.toBe(id);
    await untilEnded(client, again.body['job_id']);
  });

  test('changes nothing about credit and totals', async () => {
    const { client, id } = await scripted.completedJob();
    const before = (await client.get('/api/v1/usage')).body;
    await remove(client, id);
    expect((await client.get('/api/v1/usage')).body).toEqual(before);
    expect(before).toMatchObject({ total_jobs: 1, total_cost: 0.002783 });
  });

  test('is not for others: they are told that there is no such job, and it stays', async () => {
    const { client, id } = await scripted.completedJob();
    const stranger = (await scripted.newClient()).client;
    for (const each of [id, '0197f3f0-8d5e-7000-8000-000000000000', 'x', '1%27--']) {
      expect(await remove(stranger, each)).toMatchObject(NOT_FOUND);
    }
    expect((await client.get(`/api/v1/jobs/${id}`)).body['status']).toBe('completed');
  });
});

describe('deleting a job that is worked on', () => {
  test('stops the work within a second and gives the credit back', async () => {
    const { client, id, begun, stopped } = await scripted.runningJob();
    await begun;
    const deletedAt = performance.now();
    expect(await remove(client, id)).toMatchObject({ status: 200 });
    expect((await stopped).name).toBe('JobEnded');
    expect(performance.now() - deletedAt).toBeLessThan(1_000);
    expect((await client.get('/api/v1/usage')).body).toMatchObject({
      credit_balance: 1.44,
      credit_held: 0,
      failed_jobs: 1,
    });
  });

  test('works from any server of the deployment', async () => {
    const { accountId, id, begun, stopped } = await scripted.runningJob();
    await begun;
    await onAnotherServer(scripted.service, ({ deletions }) => deletions.delete({ accountId, id }));
    expect((await stopped).name).toBe('JobEnded');
  });
});

test('of deletion and completion at once, either may come first, and the price is settled or released once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { client, id, accountId, begun, release } = await scripted.runningJob();
    await begun;
    release();
    const [deletion, ...completions] = await Promise.all([
      remove(client, id),
      scripted.service.lifecycle.complete(id, TWO_SPEAKERS),
      scripted.service.lifecycle.complete(id, TWO_SPEAKERS),
    ]);
    expect(deletion.status).toBe(200);
    const kinds = await endings(accountId);
    expect(kinds).toHaveLength(1);
    // Where neither of ours was first, the worker may have been.
    if (completions.some(Boolean)) expect(kinds).toEqual(['settle']);
    expect(await storedRecordings()).not.toContain(`recordings/${id}`);
  }
});

async function endings(accountId: string): Promise<string[]> {
  const rows = await scripted.service.db
    .selectFrom('ledger_transactions')
    .select('kind')
    .where('account_id', '=', accountId)
    .where('kind', 'in', ['settle', 'release'])
    .execute();
  return rows.map(({ kind }) => kind);
}

test('a recording that could not be removed with its job is removed by a later sweep', async () => {
  const { client, id } = await scripted.completedJob();
  isDiskStuck = true;
  expect(await remove(client, id)).toMatchObject({ status: 200 });
  await scripted.service.deletions.sweep();
  expect(await storedRecordings()).toContain(`recordings/${id}`);
  isDiskStuck = false;
  await onAnotherServer(scripted.service, ({ deletions }) => deletions.sweep());
  expect(await storedRecordings()).not.toContain(`recordings/${id}`);
});
