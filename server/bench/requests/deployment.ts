import { createDatabase } from '../../src/infra/database/database.ts';
import { startEmbeddedPostgres } from '../../src/infra/database/embedded/embedded-postgres.ts';
import { startServiceProcess } from '../../../test/support/service-process.ts';
import type { Target } from './load.ts';
import { drawJobs, seedJobs } from './seed-jobs.ts';

const DEMO_EMAIL = 'demo@icana.local';
/** Jobs asked for by turns: few enough that a small table has them, too. */
const ASKED_JOBS = 50;
/** The most that can be set: what is measured is what counting costs, not what it refuses. */
const SETTINGS = { RATE_LIMIT_REQUEST: '1000000', ENGINE_PROCESSES: '1', LOG_LEVEL: 'info' };

/** The real service as `icana start` starts it, with so many jobs in its database. */
export interface Deployment {
  readonly databaseUrl: string;
  readonly jobIds: readonly string[];
  /** Reads of single completed jobs. */
  readonly reads: Target;
  /** Reads of the first page of the list. */
  readonly lists: Target;
  close(): Promise<void>;
}

/** @param log the open file that the service's log goes to */
export async function startDeployment(options: {
  folder: string;
  jobs: number;
  log: number;
}): Promise<Deployment> {
  const { folder, jobs, log } = options;
  const service = await startServiceProcess(folder, SETTINGS, { log });
  const postgres = await startEmbeddedPostgres({ dataDir: folder, as: 'guest' });
  const database = createDatabase({ url: postgres.url });
  await seedJobs(database.db, { count: jobs, email: DEMO_EMAIL });
  const jobIds = await drawJobs(database.db, { count: ASKED_JOBS, email: DEMO_EMAIL });
  await database.close();
  const headers = { 'x-api-key': service.key };
  return {
    databaseUrl: postgres.url,
    jobIds,
    reads: { url: service.url, headers, paths: jobIds.map((id) => `/api/v1/jobs/${id}`) },
    lists: { url: service.url, headers, paths: ['/api/v1/jobs'] },
    async close() {
      await postgres.stop();
      await service.interrupt();
    },
  };
}
