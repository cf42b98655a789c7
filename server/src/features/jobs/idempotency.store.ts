import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** A submission that carried an Idempotency-Key. */
export interface KeyedSubmission {
  readonly accountId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly jobId: string;
  readonly at: Date;
}

/**
 * Takes the key for this submission, or gives the submission that has it. A second submission with the same key waits
 * here until the transaction of the first has ended, and goes on only if that was rolled back.
 */
export async function claimIdempotencyKey(
  db: Database,
  submission: KeyedSubmission,
  expiredBefore: Date,
): Promise<{ jobId: string; fingerprint: string } | null> {
  const { accountId, key, fingerprint, jobId, at } = submission;
  const claimed = await db
    .insertInto('idempotency_keys')
    .values({ account_id: accountId, key, fingerprint, job_id: jobId, created_at: at })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'key'])
        .doUpdateSet({ fingerprint, job_id: jobId, created_at: at })
        .where('idempotency_keys.created_at', '<', expiredBefore),
    )
    .returning(sql`1`.as('claimed'))
    .executeTakeFirst();
  if (claimed) return null;
  const first = await findIdempotencyKey(db, { accountId, key, expiredBefore });
  return first ?? null;
}

export async function findIdempotencyKey(
  db: Database,
  wanted: { accountId: string; key: string; expiredBefore: Date },
): Promise<{ jobId: string; fingerprint: string } | undefined> {
  return await db
    .selectFrom('idempotency_keys')
    .select(['job_id as jobId', 'fingerprint'])
    .where('account_id', '=', wanted.accountId)
    .where('key', '=', wanted.key)
    .where('created_at', '>=', wanted.expiredBefore)
    .executeTakeFirst();
}

/** Frees the keys that stand for a job: they can be used anew. */
export async function forgetIdempotencyKeys(db: Database, jobId: string): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('job_id', '=', jobId).execute();
}
