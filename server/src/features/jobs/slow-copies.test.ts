import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import type { ObjectStorage } from '../../infra/storage/object-storage.ts';
import { systemClock } from '../../lib/clock.ts';
import { createJobSubmissions } from './job-submissions.ts';
import { createResubmissions } from './resubmissions.ts';

const copied = Promise.withResolvers<void>();

let queue: TaskQueue;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    working: false,
    wrapQueue: (its) => {
      queue = its;
      return its;
    },
  });
});
afterAll(async () => {
  await expectBooksToBalance(service.db);
  await service.close();
});

/** Trying again over a storage that takes its time to copy, with signs of life more often than every 15 s. */
function resubmitSlowly() {
  const { db: database, credits, storage } = service;
  const slow: Pick<ObjectStorage, 'put' | 'openRead'> = {
    openRead: (key) => storage.openRead(key),
    async put(key, bytes) {
      await copied.promise;
      return await storage.put(key, bytes);
    },
  };
  const submissions = createJobSubmissions({
    database,
    clock: systemClock,
    credits,
    storage,
    queue,
    log: pino({ level: 'silent' }),
    keepOpenEveryMs: 50,
  });
  return createResubmissions({ database, submissions, credits, storage: slow });
}

test('a job whose recording takes long to copy is tried again, and not taken for abandoned meanwhile', async () => {
  const { key, accountId } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  const failed = String((await client.submit()).body['job_id']);
  await service.lifecycle.fail(failed, 'a test');
  const retried = resubmitSlowly().retryOwned({ accountId, id: failed });

  const copying = service.db.selectFrom('jobs').selectAll().where('status', '=', 'uploading');
  await expect.poll(() => copying.execute()).toHaveLength(1);
  const longAgo = new Date(Date.now() - 3_600_000);
  await service.db
    .updateTable('jobs')
    .set({ upload_alive_at: longAgo })
    .where('status', '=', 'uploading')
    .execute();
  await expect
    .poll(async () => (await copying.executeTakeFirst())?.upload_alive_at.getTime())
    .toBeGreaterThan(longAgo.getTime());
  await service.uploads.sweep();
  copied.resolve();

  expect((await client.get(`/api/v1/jobs/${await retried}`)).body).toMatchObject({ status: 'pending' });
});
