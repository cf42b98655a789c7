import type { Database, LedgerKind } from '../../infra/database/schema.ts';
import type { EntryAmount } from './credits.rules.ts';

/** What an account has, in micro AUD. */
export interface Balance {
  readonly available: number;
  readonly held: number;
}

export async function findBalance(db: Database, accountId: string): Promise<Balance> {
  return await balanceQuery(db, accountId).executeTakeFirstOrThrow();
}

/** The balance, which nobody else can change until the transaction ends. */
export async function lockBalance(db: Database, accountId: string): Promise<Balance> {
  return await balanceQuery(db, accountId).forNoKeyUpdate().executeTakeFirstOrThrow();
}

function balanceQuery(db: Database, accountId: string) {
  return db
    .selectFrom('accounts')
    .select(['available_micro_aud as available', 'held_micro_aud as held'])
    .where('id', '=', accountId);
}

/**
 * Adds to both balances in one statement that also decides: where either would go below zero nothing happens, and
 * the answer is false. Of any number of callers at once, only as many succeed as the credit lasts for.
 */
export async function changeBalance(
  db: Database,
  accountId: string,
  change: { available: number; held: number },
): Promise<boolean> {
  const result = await db
    .updateTable('accounts')
    .set((row) => ({
      available_micro_aud: row('available_micro_aud', '+', change.available),
      held_micro_aud: row('held_micro_aud', '+', change.held),
    }))
    .where('id', '=', accountId)
    .where((row) => row(row('available_micro_aud', '+', change.available), '>=', 0))
    .where((row) => row(row('held_micro_aud', '+', change.held), '>=', 0))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

interface LedgerTransaction {
  readonly id: string;
  readonly accountId: string;
  readonly kind: LedgerKind;
  readonly jobId: string | null;
  readonly reason: string;
  readonly createdAt: Date;
}

/** Writes a transaction into the ledger. Entries of zero are left out. */
export async function insertLedgerTransaction(
  db: Database,
  transaction: LedgerTransaction,
  entries: readonly EntryAmount[],
): Promise<void> {
  await db
    .insertInto('ledger_transactions')
    .values({
      id: transaction.id,
      account_id: transaction.accountId,
      kind: transaction.kind,
      job_id: transaction.jobId,
      reason: transaction.reason,
      created_at: transaction.createdAt,
    })
    .execute();
  const rows = entries
    .filter((entry) => entry.amountMicroAud !== 0)
    .map((entry) => ({
      transaction_id: transaction.id,
      account_id: transaction.accountId,
      book: entry.book,
      amount_micro_aud: entry.amountMicroAud,
    }));
  if (rows.length > 0) await db.insertInto('ledger_entries').values(rows).execute();
}

/** What was held for a job, in micro AUD; null when nothing ever was. */
export async function findHold(db: Database, jobId: string): Promise<number | null> {
  const hold = await db
    .selectFrom('ledger_transactions')
    .leftJoin('ledger_entries', (join) =>
      join.onRef('ledger_entries.transaction_id', '=', 'ledger_transactions.id').on('book', '=', 'held'),
    )
    .select('amount_micro_aud')
    .where('job_id', '=', jobId)
    .where('kind', '=', 'hold')
    .executeTakeFirst();
  return hold ? (hold.amount_micro_aud ?? 0) : null;
}
