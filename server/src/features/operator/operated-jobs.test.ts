import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const SAID = {
  durationSeconds: 10,
  speakerCount: 1,
  segments: [{ speaker: 1, start: 0, end: 1, text: 'Nobody must know.', confidence: 1, words: [] }],
  suppressed: [],
};

let service: TestService;
let operator: SignedInPerson;
beforeAll(async () => {
  service = await startTestService({ working: false });
  operator = await signIn(service, { isOperator: true });
});
afterAll(() => service.close());

const at = (path: string) => `/app/operator${path}`;
const newest = async () => (await service.operatorActions.list({ limit: 1 })).actions[0];

/** A customer with a job that waits. */
async function submitted() {
  const customer = await service.newCustomer();
  const client = createApiClient(service.url, customer.key);
  const { body } = await client.submit({ prompt: 'Secret Society' });
  return { ...customer, client, id: String(body['job_id']) };
}

async function failed() {
  const job = await submitted();
  await service.lifecycle.fail(job.id, 'It breaks off.');
  return job;
}

async function idsOf(query: string): Promise<string[]> {
  const { status, body } = await operator.client.get(at(`/jobs?${query}`));
  expect(status).toBe(200);
  return (body['jobs'] as { id: string }[]).map(({ id }) => id);
}

describe('the jobs of all accounts', () => {
  test('are told of by name, account and state, without a word of what was said', async () => {
    const { id, accountId, email } = await submitted();
    await service.lifecycle.complete(id, SAID);
    const { body } = await operator.client.get(at(`/jobs?account=${accountId}`));
    expect(body).toMatchObject({
      jobs: [
        {
          id,
          accountId,
          email,
          filename: 'talk.mp3',
          status: 'completed',
          attempts: 0,
          chargedMicroAud: 2667,
        },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/Nobody must know|Secret Society/);
  });

  test('are listed by state, the one that has been open for longest first where that is asked', async () => {
    const [first, second, broken] = [await submitted(), await submitted(), await failed()];
    await service.lifecycle.startProcessing(second.id);
    const open = await idsOf('state=open&order=oldest&limit=100');
    expect(open.indexOf(first.id)).toBeLessThan(open.indexOf(second.id));
    expect(open).not.toContain(broken.id);
    expect(await idsOf('state=processing&limit=100')).toEqual([second.id]);
    expect(await idsOf('limit=1')).toEqual([broken.id]);
    expect(await idsOf('state=failed&limit=1')).toEqual([broken.id]);
    expect((await operator.client.get(at('/jobs?state=stuck'))).status).toBe(400);
    expect(await idsOf('account=x')).toEqual([]);
  });

  test.each(['newest', 'oldest'])('are the same in pages as at once, the %s first', async (order) => {
    const all = await idsOf(`order=${order}&limit=100`);
    const pages: string[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await operator.client.get(at(`/jobs?order=${order}&limit=2${after}`));
      const page = body as { jobs: { id: string }[]; nextCursor: string | null };
      pages.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual(all);
  });
});

describe('trying a failed job again', () => {
  test('is at its owner’s expense, once however often it is asked for, and in the log', async () => {
    const { id, accountId } = await failed();
    const retry = async () => await operator.client.post(at(`/jobs/${id}/retry`));
    const answers = [await retry(), await retry()];
    const [newJob] = answers.map(({ body }) => body['jobId']);
    expect(answers.map(({ body }) => body['jobId'])).toEqual([newJob, newJob]);
    expect(await idsOf(`account=${accountId}`)).toEqual([newJob, id]);
    expect(await service.credits.balance(accountId)).toEqual({ available: 1_437_333, held: 2667 });
    const log = await service.operatorActions.list({ limit: 10, account: accountId });
    expect(log.actions).toMatchObject([
      { who: operator.email, what: 'job.retry', about: id, details: { newJob } },
    ]);
    await expectBooksToBalance(service.db);
  });

  test('is refused where there is nothing to try again', async () => {
    const { id } = await submitted();
    expect(await operator.client.post(at(`/jobs/${id}/retry`))).toMatchObject({
      status: 400,
      body: { detail: `Job ${id}: Only a failed job can be tried again, and this one is pending.` },
    });
    const unknown = await operator.client.post(at('/jobs/00000000-0000-4000-8000-000000000000/retry'));
    expect(unknown.headers.get('x-error-code')).toBe('jobs.not_found');
  });
});

test('a cancelled job has failed with that as the reason, costs nothing, and is left to its owner', async () => {
  const { id, accountId, client } = await submitted();
  expect((await operator.client.post(at(`/jobs/${id}/cancel`))).body).toEqual({});
  expect((await client.get(`/api/v1/jobs/${id}`)).body).toMatchObject({
    status: 'failed',
    error_message: 'The operator of the service has cancelled this job. Nothing was charged.',
  });
  expect(await service.credits.balance(accountId)).toEqual({ available: 1_440_000, held: 0 });
  expect(await newest()).toMatchObject({
    what: 'job.cancel',
    about: id,
    accountId,
    details: { status: 'pending' },
  });
  const again = await operator.client.post(at(`/jobs/${id}/cancel`));
  expect(again.headers.get('x-error-code')).toBe('jobs.ended');
  await expectBooksToBalance(service.db);
});

test('an erased job is gone for everybody, with its recording, and the log does not name the file', async () => {
  const { id, accountId, client } = await submitted();
  await service.lifecycle.complete(id, SAID);
  expect((await operator.client.delete(at(`/jobs/${id}`))).body).toEqual({});
  expect((await client.get(`/api/v1/jobs/${id}`)).status).toBe(404);
  expect(await idsOf(`account=${accountId}`)).toEqual([]);
  await expect.poll(() => storedFiles(service.folder)).not.toContainEqual(expect.stringContaining(id));
  const action = await newest();
  expect(action).toMatchObject({ what: 'job.delete', about: id, details: { status: 'completed' } });
  expect(JSON.stringify(action)).not.toContain('talk.mp3');
  expect((await operator.client.delete(at(`/jobs/${id}`))).status).toBe(404);
  await expectBooksToBalance(service.db);
});
