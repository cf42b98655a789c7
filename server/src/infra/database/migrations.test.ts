import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startChild } from '../../../../test/support/child-process.ts';
import { createEmptyDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { migrate } from './migrations.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'icana-migrations-'));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const write = (file: string, text: string) => writeFile(path.join(folder, file), text);
const run = () => migrate({ url: database.url, folder });
const rowsOf = async (table: string) =>
  (await sql`select * from ${sql.table(table)}`.execute(database.db)).rows;

test('migrations are applied once, in the order of their numbers', async () => {
  await write('0002-insert.sql', "insert into notes values ('second');");
  await write('0001-create.sql', 'create table notes (text text not null);');
  expect(await run()).toEqual(['0001-create', '0002-insert']);
  expect(await run()).toEqual([]);
  expect(await rowsOf('notes')).toEqual([{ text: 'second' }]);
});

test('of two processes that start together, one migrates and the other waits for it', async () => {
  await write('0001-create.sql', 'create table notes (text text); select pg_sleep(0.5);');
  await write('0002-insert.sql', "insert into notes values ('once');");
  const children = [1, 2].map(() => startChild('migrate-database', database.url, folder));
  const applied = await Promise.all(children.map((child) => child.next<string[]>()));
  expect(applied.toSorted((a, b) => a.length - b.length)).toEqual([[], ['0001-create', '0002-insert']]);
  expect(await rowsOf('notes')).toEqual([{ text: 'once' }]);
  await Promise.all(children.map((child) => child.end()));
});

test('a migration that fails leaves nothing of itself, and what came before it stays', async () => {
  await write('0001-create.sql', 'create table notes (text text);');
  await write('0002-broken.sql', "insert into notes values ('half'); select 1 / 0;");
  await expect(run()).rejects.toThrow('migration 0002-broken failed: division by zero');
  expect(await rowsOf('notes')).toEqual([]);
  await write('0002-broken.sql', "insert into notes values ('whole');");
  expect(await run()).toEqual(['0002-broken']);
});

test('a migration that was changed after it was applied is refused', async () => {
  await write('0001-create.sql', 'create table notes (text text);');
  await run();
  await write('0001-create.sql', 'create table notes (text text not null);');
  await expect(run()).rejects.toThrow(/^Migration 0001-create is not the one this database was set up with/);
});

test('a migration whose line ends a checkout has changed is still the same', async () => {
  await write('0001-create.sql', 'create table notes (\n  text text\n);\n');
  await run();
  await write('0001-create.sql', 'create table notes (\r\n  text text\r\n);\r\n');
  expect(await run()).toEqual([]);
});

test('an older version says that the database belongs to a newer one', async () => {
  await write('0001-create.sql', 'create table notes (text text);');
  await write('0002-newer.sql', 'alter table notes add column author text;');
  await run();
  await rm(path.join(folder, '0002-newer.sql'));
  const refusal = await run().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(OperatorError);
  expect(String(refusal)).toContain(
    'set up by a newer Icana (it has migration 0002-newer, this one ends at 0001-create)',
  );
});

test('a gap in the numbers is refused before anything is applied', async () => {
  await write('0001-create.sql', 'create table notes (text text);');
  await write('0003-later.sql', 'drop table notes;');
  await expect(run()).rejects.toThrow('0003-later.sql should be migration 2');
  await expect(rowsOf('notes')).rejects.toThrow('does not exist');
});
