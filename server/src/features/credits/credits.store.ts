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
 * Answers whether that much is available, and if so locks the balance until the transaction ends: one statement that
 * decides. Of any number of callers at once, only as many get a yes as the credit lasts for.
 */
export async function lockAvailable(
  db: Database,
  accountId: string,
  amountMicroAud: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', accountId)
    .where('available_micro_aud', '>=', amountMicroAud)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

interface LedgerTransaction {
  readonly id: string;
  readonly accountId: string;
  readonly kind: LedgerKind;
  readonly jobId: string | null;
  readonly reason: string;
  readonly reference: string | null;
  readonly createdAt: Date;
}

/**
 * Writes a transaction into the ledger, by which the balances change. Entries of zero are left out. Rejects when a
 * balance would go below zero. False, and nothing is written, when there is a transaction of the same reference.
 */
export async function insertLedgerTransaction(
  db: Database,
  transaction: LedgerTransaction,
  entries: readonly EntryAmount[],
): Promise<boolean> {
  const inserted = await db
    .insertInto('ledger_transactions')
    .values({
      id: transaction.id,
      account_id: transaction.accountId,
      kind: transaction.kind,
      job_id: transaction.jobId,
      reason: transaction.reason,
      reference: transaction.reference,
      created_at: transaction.createdAt,
    })
    .$if(transaction.reference !== null, (insert) =>
      insert.onConflict((conflict) => conflict.column('reference').where('kind', '=', 'top_up').doNothing()),
    )
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return false;
  const rows = entries
    .filter((entry) => entry.amountMicroAud !== 0)
    .map((entry) => ({
      transaction_id: transaction.id,
      book: entry.book,
      amount_micro_aud: entry.amountMicroAud,
    }));
  if (rows.length > 0) await db.insertInto('ledger_entries').values(rows).execute();
  return true;
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

/** The account and the amount, in micro AUD, that a reference was credited for. */
export async function findTopUp(
  db: Database,
  reference: string,
): Promise<{ accountId: string; amountMicroAud: number } | undefined> {
  return await db
    .selectFrom('ledger_transactions')
    .innerJoin('ledger_entries', (join) =>
      join.onRef('ledger_entries.transaction_id', '=', 'ledger_transactions.id').on('book', '=', 'available'),
    )
    .select(['account_id as accountId', 'amount_micro_aud as amountMicroAud'])
    .where('kind', '=', 'top_up')
    .where('reference', '=', reference)
    .executeTakeFirst();
}
