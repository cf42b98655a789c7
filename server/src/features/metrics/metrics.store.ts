import type { JobStatus } from '@icana/contract';
import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/**
 * How many jobs have not ended, by status. Read from the index `jobs_open`, which holds nothing else: the statuses are
 * spelled out as they are there, or the index would not be used.
 */
export async function countOpenJobs(db: Database): Promise<{ status: JobStatus; count: number }[]> {
  const { rows } = await sql<{ status: JobStatus; count: number }>`
    select status, count(*) as count from jobs
    where status in ('uploading', 'pending', 'processing')
    group by status
  `.execute(db);
  return rows;
}
