import { sql } from 'kysely';

import type { Database, LedgerKind } from '../../infra/database/schema.ts';

/** Where a page of movements ended, and what could be spent before the last of it. */
export interface MovementPosition {
  readonly at: Date;
  /** The first entry of the movement: of one moment, the order in which they were booked. */
  readonly entry: number;
  readonly available: number;
}

export interface MovementRow {
  readonly id: string;
  readonly kind: LedgerKind;
  readonly reason: string;
  readonly reference: string | null;
  readonly at: Date;
  readonly entry: number;
  readonly availableChange: number;
  readonly heldChange: number;
  readonly jobId: string | null;
  /** Null without a job, and when its owner deleted it. */
  readonly fileName: string | null;
}

/** Kinds that are about a job. */
const OF_JOBS: readonly LedgerKind[] = ['hold', 'settle', 'release', 'refund', 'write_off'];

/**
 * An account's movements, newest first. What a recording cost beyond what the balance had is the house's business and
 * left out: nothing of the account moves. The index by account and time gives them in this order, a page at a time.
 */
export async function listMovements(
  db: Database,
  wanted: { accountId: string; show: 'all' | 'credit'; before: MovementPosition | null; limit: number },
): Promise<MovementRow[]> {
  const { accountId, show, before, limit } = wanted;
  const leftOut: readonly LedgerKind[] = show === 'credit' ? OF_JOBS : ['write_off'];
  const { rows } = await sql<MovementRow>`
    select ledger_transactions.id, kind, reason, reference, ledger_transactions.created_at as at, sums.*,
           job_id as "jobId", case when erased_at is null then original_filename end as "fileName"
    from ledger_transactions
    cross join lateral (
      select coalesce(min(id), 0) as entry,
             coalesce(sum(amount_micro_aud) filter (where book = 'available'), 0)::bigint as "availableChange",
             coalesce(sum(amount_micro_aud) filter (where book = 'held'), 0)::bigint as "heldChange"
      from ledger_entries where transaction_id = ledger_transactions.id
    ) as sums
    left join jobs on jobs.id = job_id
    where ledger_transactions.account_id = ${accountId}
      and not kind = any (${leftOut})
      and ${
        before === null
          ? sql`true`
          : sql`ledger_transactions.created_at <= ${before.at}
        and (ledger_transactions.created_at < ${before.at} or entry < ${before.entry})`
      }
    order by ledger_transactions.created_at desc, entry desc
    limit ${limit}
  `.execute(db);
  return rows;
}
