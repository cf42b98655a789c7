import { beforeAll, expect } from 'vitest';

import type { Answer } from '../api.ts';
import { apiWith, type Customer, newCustomer, strangerWith } from '../customers.ts';
import { completed } from '../jobs.ts';
import { line } from '../line.ts';
import { silence } from '../recordings.ts';
import { breakOff } from '../uploads.ts';

const FIELDS = [
  'credit_balance',
  'credit_held',
  'currency',
  'price_per_minute',
  'minimum_balance',
  'total_jobs',
  'completed_jobs',
  'failed_jobs',
  'total_audio_seconds',
  'total_audio_minutes',
  'total_cost',
  'daily',
];
const DAY_MS = 86_400_000;

interface Day {
  readonly date: string;
  readonly jobs: number;
  readonly audio_minutes: number;
  readonly cost: number;
}

let customer: Customer;
let usage: Answer['body'];
beforeAll(async () => {
  customer = await newCustomer();
  const { api } = customer;
  for (const durationMs of [1003, 1007]) await completed(api, silence(durationMs));
  await breakOff(customer);
  usage = (await api.get('/api/v1/usage')).body;
});

line('usage.fields', 'usage tells balance, prices, totals and days', async () => {
  expect(new Set(Object.keys(usage))).toEqual(new Set(FIELDS));
});

line('usage.prices', 'the price is AUD 0.016 a minute and the minimum AUD 0.50', async () => {
  expect(usage).toMatchObject({ currency: 'AUD', price_per_minute: 0.016, minimum_balance: 0.5 });
});

line('usage.totals', 'the totals count jobs and add up audio and cost', async () => {
  expect(usage).toMatchObject({ total_jobs: 3, completed_jobs: 2, failed_jobs: 1, credit_held: 0 });
  expect(usage['total_audio_seconds']).toBeCloseTo(2.01, 6);
  expect(usage['total_audio_minutes']).toBeCloseTo(2.01 / 60, 6);
  expect(usage['total_cost']).toBe(0.000536);
});

line('usage.daily', 'daily has a row for each of the last 30 days, which add up to the totals', async () => {
  const days = usage['daily'] as Day[];
  expect(days).toHaveLength(30);
  for (const day of days) expect(Object.keys(day)).toEqual(['date', 'jobs', 'audio_minutes', 'cost']);
  const dates = days.map(({ date }) => Date.parse(date));
  for (const [index, date] of dates.entries()) expect(date).toBe(dates[0]! + index * DAY_MS);
  // In whatever time zone the account has.
  expect(Math.abs(Date.now() - dates.at(-1)!)).toBeLessThan(2 * DAY_MS);
  const sum = (pick: (day: Day) => number): number => days.map(pick).reduce((total, each) => total + each, 0);
  expect(sum(({ jobs }) => jobs)).toBe(usage['total_jobs']);
  expect(sum(({ cost }) => cost)).toBeCloseTo(Number(usage['total_cost']), 9);
});

line('usage.proves-a-key', '200 proves a key good', async () => {
  expect((await apiWith(customer.key).get('/api/v1/usage')).status).toBe(200);
  expect((await strangerWith(`${customer.key}x`).get('/api/v1/usage')).status).toBe(401);
});
