import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startLine } from '../../../../test/support/cuttable-line.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const read = async (expression: string) => {
  const { rows } = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(database.db);
  return rows[0]?.value;
};

test('a bigint is read as a number, exact to the last unit', async () => {
  expect(await read('9007199254740991::bigint')).toBe(9_007_199_254_740_991);
  expect(await read('(-1440000)::bigint')).toBe(-1_440_000);
});

test('a bigint that a number cannot hold exactly fails the query instead of being rounded', async () => {
  await expect(read('9007199254740992::bigint')).rejects.toThrow(RangeError);
  expect(await read('1::bigint'), 'the connection is still good').toBe(1);
});

test('a date is read as it is written, whatever the time zone of the machine', async () => {
  expect(await read("'2026-03-01'::date")).toBe('2026-03-01');
});

test('a test database has the schema and no rows of another', async () => {
  const { count } = await database.db
    .selectFrom('accounts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count).toBe(0);
});

test('a connection that is lost in the middle of a transaction fails the transaction and nothing else', async () => {
  const transaction = database.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
    // Lost between two queries: nothing waits for an answer that could be the error.
    await delay(100);
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toThrow('Client has encountered a connection error');
  expect(await read('1::bigint')).toBe(1);
});

test('a transaction whose line is dead lets go of what it has locked, and its connection is not used again', async () => {
  const url = new URL(database.url);
  const line = await startLine(Number(url.port));
  url.port = String(line.port);
  const impatient = createDatabase({ url: url.href, maxConnections: 1, silentAfterMs: 1_000 });
  const lock = sql`select pg_advisory_xact_lock(1)`;
  const cutOff = impatient.db.transaction().execute(async (trx) => {
    await lock.execute(trx);
    line.freeze();
    await sql`select 1`.execute(trx);
  });
  await expect(cutOff).rejects.toThrow('connection error');
  await line.mend();
  await impatient.db.transaction().execute((trx) => lock.execute(trx));
  await impatient.close();
  await line.cut();
});
