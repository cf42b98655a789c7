import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { startLine, type CuttableLine } from '../../../../test/support/cuttable-line.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

/** The message by which a transaction is committed, as it goes over the line. */
const COMMIT = 'commit\0';
const AWAY_MS = 1500;

let duringProbe = (): void => {};
let beside: TestService;
let line: CuttableLine;
/** A server whose way to the database can be cut. */
let service: TestService;
beforeAll(async () => {
  beside = await startTestService({ working: false });
  const url = new URL(beside.settings.databaseUrl ?? '');
  line = await startLine(Number(url.port));
  url.port = String(line.port);
  service = await startTestService({
    working: false,
    beside: { settings: { ...beside.settings, databaseUrl: url.href }, folder: beside.folder },
    engine: {
      async probe() {
        duringProbe();
        return { durationSeconds: 10 };
      },
    },
  });
});
afterEach(async () => {
  duringProbe = () => {};
  await expectBooksToBalance(beside.db);
});
afterAll(async () => {
  await service.close();
  await line.cut();
  await beside.close();
});

/** The next transaction is committed, and the database is away for a moment before it can say so. */
async function loseNextCommit(): Promise<void> {
  await line.cutAtAnswerTo(COMMIT);
  await delay(AWAY_MS);
  await line.mend();
}

test('a submission whose commit is not heard of is answered with its job, which is charged once', async () => {
  const { key } = await beside.newCustomer();
  const lost = Promise.withResolvers<void>();
  duringProbe = () => lost.resolve(loseNextCommit());
  const answer = await createApiClient(service.url, key).submit();
  await lost.promise;
  expect(answer).toMatchObject({ status: 200, body: { status: 'processing' } });
  const ours = createApiClient(beside.url, key);
  const { jobs } = (await ours.get('/api/v1/jobs')).body;
  expect(jobs).toMatchObject([{ id: answer.body['job_id'], status: 'pending' }]);
  expect((await ours.get('/api/v1/usage')).body).toMatchObject({ total_jobs: 1, credit_held: 0.002667 });
});

test('a job whose second try is committed unheard is tried again once, and the operator told its id', async () => {
  const { key } = await beside.newCustomer();
  const ours = createApiClient(beside.url, key);
  const failed = String((await ours.submit()).body['job_id']);
  await beside.lifecycle.fail(failed, 'a test');
  const [id] = await Promise.all([service.resubmissions.retry(failed), loseNextCommit()]);
  const { jobs } = (await ours.get('/api/v1/jobs')).body;
  expect(jobs).toMatchObject([
    { id, status: 'pending' },
    { id: failed, status: 'failed' },
  ]);
});
