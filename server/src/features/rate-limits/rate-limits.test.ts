import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createRateLimits } from './rate-limits.service.ts';

const limits = { submit: 10, request: 60, 'bad-key': 30 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const limitsOver = (windowMs: number) => createRateLimits({ database: database.db, limits, windowMs });

test('of 50 submissions at once on two servers, 10 are allowed', async () => {
  const servers = [limitsOver(60_000), limitsOver(60_000)] as const;
  const counts = Array.from({ length: 50 }, (_, index) =>
    servers[index % 2 === 0 ? 0 : 1].count({ limitClass: 'submit', subject: 'key-1' }),
  );
  const decisions = await Promise.all(counts);
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10);
  expect(
    decisions
      .map(({ remaining }) => remaining)
      .sort((a, b) => b - a)
      .slice(0, 11),
  ).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
});

test('classes and keys are counted apart', async () => {
  const limiter = limitsOver(60_000);
  await limiter.count({ limitClass: 'submit', subject: 'key-2' });
  expect(await limiter.count({ limitClass: 'request', subject: 'key-2' })).toMatchObject({
    limit: 60,
    remaining: 59,
  });
  expect(await limiter.count({ limitClass: 'submit', subject: 'key-3' })).toMatchObject({
    limit: 10,
    remaining: 9,
  });
});

test('the window opens anew after the seconds that were announced', async () => {
  const limiter = limitsOver(1000);
  for (let use = 0; use < 10; use += 1) await limiter.count({ limitClass: 'submit', subject: 'key-4' });
  const refused = await limiter.count({ limitClass: 'submit', subject: 'key-4' });
  expect(refused).toMatchObject({ allowed: false, remaining: 0, resetSeconds: 1 });
  await delay(refused.resetSeconds * 1000);
  expect(await limiter.count({ limitClass: 'submit', subject: 'key-4' })).toMatchObject({
    allowed: true,
    remaining: 9,
  });
});

test('a sweep keeps the windows that still count', async () => {
  const limiter = limitsOver(60_000);
  await limiter.count({ limitClass: 'submit', subject: 'key-5' });
  await limiter.sweep();
  expect(await limiter.count({ limitClass: 'submit', subject: 'key-5' })).toMatchObject({ remaining: 8 });
});
