import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';
import { createJobWatch } from './job-watch.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

const deaf = () => ({ close: async () => undefined });
const fail = (error: Error) => {
  throw error;
};

async function openJob() {
  const { accountId } = await service.newCustomer();
  const upload = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
  return await service.submissions.open(upload);
}

test('a watcher is told the job as it is, and each change once', async () => {
  const { id } = await openJob();
  const told: (string | undefined)[] = [];
  const leave = service.jobWatch.watch(id, (job) => told.push(job?.status));
  await expect.poll(() => told).toEqual(['uploading']);
  await service.db.updateTable('jobs').set({ upload_alive_at: new Date() }).where('id', '=', id).execute();
  await service.lifecycle.fail(id, 'a test');
  await expect.poll(() => told).toEqual(['uploading', 'failed']);
  leave();
  expect(service.jobWatch.size()).toBe(0);
});

test('a watcher of an upload that was refused is told that there is no job any more', async () => {
  const opened = await openJob();
  const told: (string | undefined)[] = [];
  const leave = service.jobWatch.watch(opened.id, (job) => told.push(job?.status));
  await expect.poll(() => told).toEqual(['uploading']);
  await service.submissions.discard(opened);
  await expect.poll(() => told).toEqual(['uploading', undefined]);
  leave();
});

test('a change whose notification is lost is found by the poll', async () => {
  const watch = createJobWatch({ database: service.db, listen: deaf, onError: fail, pollMs: 50 });
  const { id } = await openJob();
  const told: (string | undefined)[] = [];
  const leave = watch.watch(id, (job) => told.push(job?.status));
  await expect.poll(() => told).toEqual(['uploading']);
  await service.lifecycle.fail(id, 'a test');
  await expect.poll(() => told).toEqual(['uploading', 'failed']);
  leave();
  await watch.close();
});
