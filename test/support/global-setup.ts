import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { builtPages } from '@icana/web';

import { openSpeechModels } from '../../engine/src/models/speech-models.ts';
import { startEmbeddedPostgres } from '../../server/src/infra/database/embedded/embedded-postgres.ts';
import { isAlive } from '../../server/src/infra/database/embedded/processes.ts';
import { createTemplate } from './template-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL server; a test file takes a database of its own from it with `createTestDatabase()`. */
    postgresUrl: string;
  }
}

/** Tests want speed, not durability: what they write need not survive a power cut. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB' };

const FOLDER = /^icana-test-(\d+)-/;

/** Stops and removes what test runs that were killed have left behind. */
async function sweepFormerRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const run = FOLDER.exec(name)?.[1];
    if (run === undefined || isAlive(Number(run))) continue;
    const dataDir = path.join(tmpdir(), name);
    // Entered and left again, the server that was forgotten there goes down.
    await startEmbeddedPostgres({ dataDir, as: 'guest' })
      .then((postgres) => postgres.stop())
      .catch((error: unknown) => console.warn(`${dataDir} is removed as it is:`, error));
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Models are fetched here, where no test's time limit runs. Tests that need none pass without. */
const fetchModels = (): Promise<unknown> =>
  openSpeechModels().catch((error: Error) => console.warn(`Tests of the engine will fail: ${error.message}`));

/** One PostgreSQL for the whole run, in a temporary folder, with a migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepFormerRuns();
  const dataDir = await mkdtemp(path.join(tmpdir(), `icana-test-${process.pid}-`));
  const postgres = await startEmbeddedPostgres({ dataDir, as: 'service', settings });
  await Promise.all([createTemplate(postgres.url), fetchModels(), builtPages()]);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
