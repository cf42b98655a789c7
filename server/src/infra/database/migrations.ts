import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';

import { OperatorError } from '../../lib/operator-error.ts';

/** The migrations that belong to this version of the service. */
const MIGRATIONS_FOLDER = path.resolve(import.meta.dirname, '../../../migrations');

/** One numbered step of the schema. A step is never changed once it is merged; a correction is a new step. */
interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** Held while migrating, so that of processes that start together one migrates and the others wait for it. */
const MIGRATION_LOCK = 1_229_148_771;

/** Reads `0001-name.sql`, `0002-…` in order. Throws when a file is named otherwise or a number is missing or double. */
async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1]);
      if (number !== index + 1)
        throw new Error(`${file} should be migration ${index + 1}, named 0001-like-this.sql`);
      // Line ends are the checkout's business, not the migration's.
      const sql = (await readFile(path.join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { number, name: path.basename(file, '.sql'), sql, checksum };
    }),
  );
}

/** What is left to do. Throws when the database has been where these migrations do not lead. */
function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  for (const step of applied) {
    const ours = known[step.number - 1];
    if (!ours) {
      throw new OperatorError(
        `The database was set up by a newer Icana (it has migration ${step.name}, this one ends at ` +
          `${known.at(-1)?.name ?? 'none'}): start that version or a later one.`,
      );
    }
    if (ours.name !== step.name || ours.checksum !== step.checksum) {
      throw new OperatorError(
        `Migration ${step.name} is not the one this database was set up with (now ${ours.name}, changed since): ` +
          'restore the file and put the change into a new migration.',
      );
    }
  }
  return known.slice(applied.length);
}

async function applyMigration(client: Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${migration.name} failed: ${(cause as Error).message}`, { cause });
  }
}

async function readApplied(client: Client): Promise<AppliedMigration[]> {
  await client.query(`create table if not exists schema_migrations (
    number integer constraint schema_migrations_pkey primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<AppliedMigration>(
    'select number, name, checksum from schema_migrations order by number',
  );
  return rows;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'icana migrations' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (cause) {
    const { message } = cause as Error;
    throw new OperatorError(`The database cannot be reached (${message}): check DATABASE_URL.`, { cause });
  }
}

/**
 * Brings the database's schema up to this version, forward only, each migration in a transaction of its own. Safe when
 * several processes start at once. Answers with the names of what it applied.
 *
 * Rejects with an {@link OperatorError} when a newer version has migrated further, or when a migration that is applied
 * was changed afterwards.
 */
export async function migrate(options: { url: string; folder?: string }): Promise<string[]> {
  const known = await readMigrations(options.folder ?? MIGRATIONS_FOLDER);
  const client = await connect(options.url);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const pending = pendingMigrations(known, await readApplied(client));
    for (const migration of pending) await applyMigration(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}
