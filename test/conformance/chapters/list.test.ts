import { beforeAll, expect } from 'vitest';

import type { Answer } from '../api.ts';
import { newCustomer, type Customer } from '../customers.ts';
import { ended, jobsOf, submit } from '../jobs.ts';
import { line } from '../line.ts';
import { silence } from '../recordings.ts';
import { breakOff } from '../uploads.ts';

const FIELDS = [
  'id',
  'status',
  'original_filename',
  'language',
  'audio_duration_seconds',
  'audio_duration_minutes',
  'error_message',
  'created_at',
  'completed_at',
];
const JOBS = 22;

let customer: Customer;
/** Newest first. */
const ids: string[] = [];

beforeAll(async () => {
  customer = await newCustomer();
  for (let made = 0; made < JOBS; made++) ids.unshift(await submit(customer.api, silence(100)));
  await ended(customer.api, ids[0]!);
});

async function page(query: string): Promise<{ ids: string[]; next: string | null }> {
  const { body } = await customer.api.get(`/api/v1/jobs${query}`);
  const jobs = body['jobs'] as Answer['body'][];
  return { ids: jobs.map(({ id }) => String(id)), next: body['next_cursor'] as string | null };
}

line('list.newest-first', 'the list is newest first', async () => {
  expect((await page('?limit=100')).ids).toEqual(ids);
});

line('list.limit', 'limit is 1 to 100, and 20 when left out', async () => {
  expect((await page('')).ids).toEqual(ids.slice(0, 20));
  expect((await page('?limit=1')).ids).toEqual(ids.slice(0, 1));
  expect((await page('?limit=100')).ids).toHaveLength(JOBS);
  for (const limit of ['0', '101', '-1', 'ten', '2.5']) {
    expect((await customer.api.get(`/api/v1/jobs?limit=${limit}`)).status).toBe(400);
  }
});

line('list.cursor', 'cursor turns the page, without gap or repeat while jobs are added', async () => {
  const [second, third] = [ids.slice(8, 16), ids.slice(16, 24)];
  const one = await page('?limit=8');
  ids.unshift(await submit(customer.api, silence(100)));
  const two = await page(`?limit=8&cursor=${encodeURIComponent(one.next!)}`);
  const three = await page(`?limit=8&cursor=${encodeURIComponent(two.next!)}`);
  expect([two.ids, three.ids, three.next]).toEqual([second, third, null]);
  expect((await customer.api.get('/api/v1/jobs?cursor=nonsense')).status).toBe(400);
});

line('list.shape', 'the list has jobs without their two texts, and next_cursor', async () => {
  const { body } = await customer.api.get('/api/v1/jobs?limit=2');
  expect(Object.keys(body)).toEqual(['jobs', 'next_cursor']);
  for (const job of body['jobs'] as Answer['body'][]) expect(Object.keys(job)).toEqual(FIELDS);
  expect(body['next_cursor']).toBeTypeOf('string');
  expect((await page('?limit=100')).next).toBeNull();
});

line('list.own', 'the list holds the jobs of the own account only', async () => {
  const stranger = await newCustomer();
  expect((await stranger.api.get('/api/v1/jobs')).body).toEqual({ jobs: [], next_cursor: null });
});

line('list.status', 'status keeps only the jobs of that status', async () => {
  const { api } = customer;
  await ended(api, ids[0]!);
  const { id } = await breakOff(customer);
  expect(await jobsOf(api, '?status=failed')).toMatchObject([{ id }]);
  expect((await page('?status=completed&limit=100')).ids).toEqual(ids);
  expect(await jobsOf(api, '?status=pending')).toEqual([]);
  expect((await api.get('/api/v1/jobs?status=done')).status).toBe(400);
});
