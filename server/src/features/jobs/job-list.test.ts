import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

async function newClient() {
  const customer = await service.newCustomer();
  return { ...customer, client: createApiClient(service.url, customer.key) };
}

interface Page {
  readonly jobs: { id: string }[];
  readonly next_cursor: string | null;
}

/** The ids of all jobs, page by page, with something done between the pages. */
async function idsOf(client: ApiClient, query: string, between = async (): Promise<unknown> => undefined) {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await client.get(`/api/v1/jobs?${query}${cursor ? `&cursor=${cursor}` : ''}`);
    const page = body as unknown as Page;
    ids.push(...page.jobs.map(({ id }) => id));
    cursor = page.next_cursor;
    await between();
  } while (cursor !== null);
  return ids;
}

/** Jobs that were all submitted in the same millisecond. */
async function insertAt(accountId: string, createdAt: Date, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  const rows = ids.map((id) => ({
    id,
    account_id: accountId,
    status: 'uploading' as const,
    original_filename: 'a.mp3',
    language: 'en',
    storage_key: `recordings/${id}`,
    created_at: createdAt,
    upload_alive_at: createdAt,
  }));
  await service.db.insertInto('jobs').values(rows).execute();
  return ids;
}

describe('a list of jobs', () => {
  test('is newest first and turns its pages without gap or repeat while jobs are added', async () => {
    const { client } = await newClient();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(String((await client.submit()).body['job_id']));
    expect(await idsOf(client, 'limit=2', () => client.submit())).toEqual(ids);
  });

  test('has each job once also where many were submitted in the same moment, and more are added to it', async () => {
    const { client, accountId } = await newClient();
    const moment = new Date();
    const ids = await insertAt(accountId, moment, 60);
    const seen = await idsOf(client, 'limit=7', () => insertAt(accountId, moment, 3));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids));
  });

  test('shows nine fields of each job, and only those of the status that is asked for', async () => {
    const { client } = await newClient();
    await client.submit();
    const { body } = await client.get('/api/v1/jobs?status=pending');
    expect(Object.keys((body as unknown as Page).jobs[0] ?? {})).toEqual([
      'id',
      'status',
      'original_filename',
      'language',
      'audio_duration_seconds',
      'audio_duration_minutes',
      'error_message',
      'created_at',
      'completed_at',
    ]);
    expect((await client.get('/api/v1/jobs?status=failed')).body).toEqual({ jobs: [], next_cursor: null });
  });

  test('goes on after any cursor of its own form, however far away the time in it is', async () => {
    const { client } = await newClient();
    await client.submit();
    const farAway = Buffer.from(`999999999999999.${newId()}`).toString('base64url');
    const { status, body } = await client.get(`/api/v1/jobs?cursor=${farAway}`);
    expect({ status, count: (body as unknown as Page).jobs.length }).toEqual({ status: 200, count: 1 });
  });
});

describe('a query', () => {
  const LIMIT = 'limit must be a whole number from 1 to 100';
  const STATUS = 'status must be one of uploading, pending, processing, completed, failed';
  const CURSOR = 'cursor must be the next_cursor of another page';
  const shortened = Buffer.from(`1.${newId()}`).toString('base64url').slice(0, -1);

  test.each([
    ['limit=0', LIMIT],
    ['limit=101', LIMIT],
    ['limit=ten', LIMIT],
    ['limit=', LIMIT],
    ['limit=0x10', LIMIT],
    ['limit=1e1', LIMIT],
    ['limit=%205', LIMIT],
    ['limit=%2B5', LIMIT],
    ['limit=1.0', LIMIT],
    ['status=done', STATUS],
    ['status=', STATUS],
    ['status=Completed', STATUS],
    ['cursor=nonsense', CURSOR],
    ['cursor=', CURSOR],
    [`cursor=${shortened}`, CURSOR],
    [`cursor=!${Buffer.from(`1.${newId()}`).toString('base64url')}`, CURSOR],
  ])('with %s is refused', async (query, problem) => {
    const { client } = await newClient();
    const answer = await client.get(`/api/v1/jobs?${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: `The request could not be understood: ${problem}` },
    });
  });

  test.each(['limit=1&limit=2', 'status=failed&status=failed', 'cursor=a&cursor=b'])(
    'that has a parameter twice is refused (%s)',
    async (query) => {
      const { client } = await newClient();
      const { status, body } = await client.get(`/api/v1/jobs?${query}`);
      expect(status).toBe(400);
      expect(body['detail']).toMatch(new RegExp(`${query.split('=')[0]} (must be sent once|is given more)`));
    },
  );

  test('for a job names the known expansions when one is unknown', async () => {
    const { client } = await newClient();
    const { body } = await client.submit();
    for (const query of ['expand=cost,everything', 'expand=', 'expand=cost,']) {
      const answer = await client.get(`/api/v1/jobs/${String(body['job_id'])}?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body['detail']).toContain(
        'expand takes any of progress, segments, words, cost, speakers, suppressed, separated by commas',
      );
    }
  });
});
