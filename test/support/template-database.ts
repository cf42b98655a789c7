import { Client } from 'pg';

import { createQueue } from '../../server/src/infra/queue/queue.ts';
import { migrate } from '../../server/src/infra/database/migrations.ts';

/** The name of the migrated, empty database that every test database is a copy of. */
export const TEMPLATE = 'icana_template';

/** The same server, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs statements one by one, outside any transaction, as `create database` wants it. */
export async function runStatements(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes the template on a fresh server. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await runStatements(serverUrl, `create database ${TEMPLATE}`);
  const url = databaseUrl(serverUrl, TEMPLATE);
  await migrate({ url });
  // The queue makes its own tables at its first start, which takes longer than cloning them.
  const queue = createQueue({ url, tasks: [], onError: console.error });
  await queue.start();
  await queue.stop();
}
