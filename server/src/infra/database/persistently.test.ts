import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { persistently } from './persistently.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('what was being written when its connection was ended is written by the next try', async () => {
  let tries = 0;
  const answer = await persistently(async () => {
    tries++;
    if (tries === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db);
    return 'written';
  });
  expect(answer).toBe('written');
  expect(tries).toBe(2);
});

test('what the database refuses is not tried again', async () => {
  let tries = 0;
  const refused = persistently(async () => {
    tries++;
    await sql`select 1 / 0`.execute(database.db);
  });
  await expect(refused).rejects.toThrow('division by zero');
  expect(tries).toBe(1);
});
