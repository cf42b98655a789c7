import { beforeAll, expect } from 'vitest';

import type { Api } from '../api.ts';
import { newCustomer, type Customer } from '../customers.ts';
import { completed, ended, hasEnded, jobsOf, show, submit, transcribe } from '../jobs.ts';
import { line } from '../line.ts';
import { broken, silence } from '../recordings.ts';
import { breakOff } from '../uploads.ts';

interface Balance {
  readonly available: number;
  readonly held: number;
  readonly spent: number;
}

/** In whole micro-AUD, which is what the ledger counts in. */
async function balanceOf(api: Api): Promise<Balance> {
  const { body } = await api.get('/api/v1/usage');
  const micro = (name: string): number => Math.round(Number(body[name]) * 1e6);
  return { available: micro('credit_balance'), held: micro('credit_held'), spent: micro('total_cost') };
}

const WELCOME = 1_440_000;

let customer: Customer;
let api: Api;
let atFirst: Balance;
beforeAll(async () => {
  customer = await newCustomer();
  api = customer.api;
  atFirst = await balanceOf(api);
});

line('money.welcome', 'a new account starts with AUD 1.44', async () => {
  expect(atFirst).toEqual({ available: WELCOME, held: 0, spent: 0 });
});

line('money.price', 'a minute costs AUD 0.016', async () => {
  const before = await balanceOf(api);
  await completed(api, silence(60_000));
  const { available, held, spent } = await balanceOf(api);
  expect([available - before.available, spent - before.spent, held]).toEqual([-16_000, 16_000, 0]);
});

line('money.rounding', 'the price is to the millisecond, rounded half up to micro-dollars', async () => {
  // 267.47, 268.53 and 0.27 micro-dollars.
  for (const [durationMs, microAud] of [
    [1003, 267],
    [1007, 269],
    [1000, 267],
  ] as const) {
    const { cost } = await completed(api, silence(durationMs), { query: '?expand=cost' });
    expect(cost).toEqual({ currency: 'AUD', held: 0, charged: microAud / 1e6 });
  }
});

line('money.hold', 'a submission holds the price until the job has ended', async () => {
  const before = await balanceOf(api);
  const recording = silence(5 * 60_000, { sampleRate: 1000 });
  const id = await submit(api, recording);
  const job = await show(api, id, '?expand=cost');
  const after = await balanceOf(api);
  if (!hasEnded(job)) expect(job['cost']).toMatchObject({ held: 0.08 });
  expect(after.available).toBe(before.available - 80_000);
  expect(after.held + after.spent).toBe(before.spent + 80_000);
  await ended(api, id);
});

line('money.settle', 'completion spends what was held, and the books add up', async () => {
  const before = await balanceOf(api);
  const job = await completed(api, silence(90_000), { query: '?expand=cost' });
  const { available, held, spent } = await balanceOf(api);
  expect(held).toBe(0);
  expect(available + spent).toBe(WELCOME);
  expect(spent - before.spent).toBe(Math.round((job['cost'] as { charged: number }).charged * 1e6));
});

line('money.release', 'failure gives back what was held', async () => {
  const before = await balanceOf(api);
  expect(await breakOff(customer)).toMatchObject({ status: 'failed' });
  await transcribe(api, broken);
  expect(await balanceOf(api)).toEqual(before);
});

line('money.never-below-zero', 'submissions at once never hold more than there is', async () => {
  // Enough for one of 20 minutes.
  const { api: rival } = await newCustomer({ credit: '0.6' });
  const recording = silence(20 * 60_000, { sampleRate: 1000 });
  const answers = await Promise.all([1, 2, 3].map(() => transcribe(rival, recording)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 402, 402]);
  expect((await balanceOf(rival)).available).toBe(280_000);
  const [running] = await jobsOf(rival);
  await rival.delete(`/api/v1/jobs/${String(running!['id'])}`);
});

line('money.sum', 'what all jobs were charged is what was spent', async () => {
  const jobs = await jobsOf(api);
  const charges = await Promise.all(
    jobs.map(async ({ id }) => {
      const { cost } = await show(api, String(id), '?expand=cost');
      return Math.round((cost as { charged: number }).charged * 1e6);
    }),
  );
  const { available, spent } = await balanceOf(api);
  expect(charges.reduce((sum, each) => sum + each, 0)).toBe(spent);
  expect(available + spent).toBe(WELCOME);
});
