import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import {
  COMMIT,
  startCuttableService,
  type CuttableService,
} from '../../../../test/support/cuttable-service.ts';

let cuttable: CuttableService;
beforeAll(async () => {
  cuttable = await startCuttableService();
});
afterEach(() => expectBooksToBalance(cuttable.beside.db));
afterAll(() => cuttable.close());

test('a submission whose commit is not heard of is answered with its job, which is charged once', async () => {
  const { service, beside, whenSubmitting, loseAnswerTo } = cuttable;
  const { key } = await beside.newCustomer();
  const lost = whenSubmitting(() => loseAnswerTo(COMMIT));
  const answer = await createApiClient(service.url, key).submit();
  await lost;
  expect(answer).toMatchObject({ status: 200, body: { status: 'processing' } });
  const ours = createApiClient(beside.url, key);
  const { jobs } = (await ours.get('/api/v1/jobs')).body;
  expect(jobs).toMatchObject([{ id: answer.body['job_id'], status: 'pending' }]);
  expect((await ours.get('/api/v1/usage')).body).toMatchObject({ total_jobs: 1, credit_held: 0.002667 });
});

test('a job whose second try is committed unheard is tried again once, and the operator told its id', async () => {
  const { service, beside, loseAnswerTo } = cuttable;
  const { key } = await beside.newCustomer();
  const ours = createApiClient(beside.url, key);
  const failed = String((await ours.submit()).body['job_id']);
  await beside.lifecycle.fail(failed, 'a test');
  const [id] = await Promise.all([service.resubmissions.retry(failed), loseAnswerTo(COMMIT)]);
  const { jobs } = (await ours.get('/api/v1/jobs')).body;
  expect(jobs).toMatchObject([
    { id, status: 'pending' },
    { id: failed, status: 'failed' },
  ]);
});
