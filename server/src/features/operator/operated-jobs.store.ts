import { OPEN_STATUSES, type JobStatus } from '@icana/contract';

import type { Database, JobRow } from '../../infra/database/schema.ts';

export type OperatedJobRow = JobRow & { readonly email: string };

/** Up to `limit` jobs of all accounts, from the one that comes after `after`. */
export async function listOperatedJobs(
  db: Database,
  wanted: {
    statuses?: readonly JobStatus[] | undefined;
    accountId?: string | undefined;
    order: 'newest' | 'oldest';
    after: { createdAt: Date; id: string } | null;
    limit: number;
  },
): Promise<OperatedJobRow[]> {
  const { statuses, accountId, order, after, limit } = wanted;
  const [direction, beyond] = order === 'newest' ? (['desc', '<'] as const) : (['asc', '>'] as const);
  let query = db
    .selectFrom('jobs')
    .innerJoin('accounts', 'accounts.id', 'jobs.account_id')
    .selectAll('jobs')
    .select('accounts.email')
    .where('jobs.erased_at', 'is', null);
  if (statuses) query = query.where('jobs.status', 'in', statuses);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (after) {
    query = query.where((row) =>
      row(row.refTuple('jobs.created_at', 'jobs.id'), beyond, row.tuple(after.createdAt, after.id)),
    );
  }
  return await query
    .orderBy('jobs.created_at', direction)
    .orderBy('jobs.id', direction)
    .limit(limit)
    .execute();
}

/** The languages of all jobs that have not ended, as they were asked for: `auto` may be one. */
export async function listOpenLanguages(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('language')
    .distinct()
    .where('status', 'in', OPEN_STATUSES)
    .execute();
  return rows.map(({ language }) => language);
}
