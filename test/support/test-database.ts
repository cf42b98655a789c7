import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

import { createDatabase, type DatabaseAccess } from '../../server/src/infra/database/database.ts';
import { databaseUrl, runStatements, TEMPLATE } from './template-database.ts';

export interface TestDatabase extends DatabaseAccess {
  readonly url: string;
}

/** A database with the schema and no rows, for one test file: make it in `beforeAll`, `close()` it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return openDatabase(`template ${TEMPLATE} strategy file_copy`);
}

/** A database with nothing in it, for tests of what sets one up. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return openDatabase('template template0 strategy file_copy');
}

async function openDatabase(from: string): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runStatements(serverUrl, `create database ${name} ${from}`);
  const url = databaseUrl(serverUrl, name);
  const access = createDatabase({ url });
  return {
    ...access,
    url,
    async close() {
      await access.close();
      await runStatements(serverUrl, `drop database ${name} with (force)`);
    },
  };
}
