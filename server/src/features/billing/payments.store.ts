import type { PaymentStatus } from '@icana/contract/app';
import { sql, type Insertable } from 'kysely';

import type { Database, PaymentRow, Schema } from '../../infra/database/schema.ts';

export async function insertPayment(db: Database, row: Insertable<Schema['payments']>): Promise<void> {
  await db.insertInto('payments').values(row).execute();
}

/** An account's payment; undefined also for another account's. */
export async function findPayment(
  db: Database,
  wanted: { id: string; accountId: string },
): Promise<PaymentRow | undefined> {
  return await db
    .selectFrom('payments')
    .selectAll()
    .where('id', '=', wanted.id)
    .where('account_id', '=', wanted.accountId)
    .executeTakeFirst();
}

/** Payments made since `since` that have not been credited, newest first. */
export async function listUncredited(
  db: Database,
  wanted: { accountId: string; since: Date; limit: number },
): Promise<PaymentRow[]> {
  return await db
    .selectFrom('payments')
    .selectAll()
    .where('account_id', '=', wanted.accountId)
    .where('status', '<>', 'paid')
    .where('created_at', '>=', wanted.since)
    .orderBy('created_at', 'desc')
    .limit(wanted.limit)
    .execute();
}

/** Whether the bank has been working on a payment of the account that was made since `since`. */
export async function hasProcessing(
  db: Database,
  wanted: { accountId: string; since: Date },
): Promise<boolean> {
  const payment = await db
    .selectFrom('payments')
    .select('id')
    .where('account_id', '=', wanted.accountId)
    .where('status', '=', 'processing')
    .where('created_at', '>=', wanted.since)
    .executeTakeFirst();
  return payment !== undefined;
}

/** Whether nobody can use the account's credit any more. */
export async function isAccountClosed(db: Database, accountId: string): Promise<boolean> {
  const { status } = await db
    .selectFrom('accounts')
    .select('status')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return status === 'closed';
}

export async function lockPayment(db: Database, id: string): Promise<PaymentRow | undefined> {
  return await db.selectFrom('payments').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function lockPaymentOf(db: Database, paymentIntentId: string): Promise<PaymentRow | undefined> {
  return await db
    .selectFrom('payments')
    .selectAll()
    .where('payment_intent_id', '=', paymentIntentId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Notes where a payment is to be made. */
export async function noteCheckout(db: Database, payment: { id: string; sessionId: string }): Promise<void> {
  await db
    .updateTable('payments')
    .set({ checkout_session_id: payment.sessionId })
    .where('id', '=', payment.id)
    .execute();
}

export interface StatusChange {
  readonly id: string;
  readonly from: readonly PaymentStatus[];
  readonly to: PaymentStatus;
  readonly at: Date;
  /** What is known of it by now at the payment service. */
  readonly known?: Partial<Pick<PaymentRow, 'checkout_session_id' | 'payment_intent_id'>>;
}

/** Changes the status of a payment that has one of the others; undefined when it has not. */
export async function changeStatus(db: Database, change: StatusChange): Promise<PaymentRow | undefined> {
  const { id, from, to, at, known } = change;
  return await db
    .updateTable('payments')
    .set({
      status: to,
      ...known,
      ...(to === 'paid' && { paid_at: at, receipt_number: sql<number>`nextval('payment_receipt_numbers')` }),
    })
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
}

/**
 * Has everybody else who hears of a payment wait until the transaction ends: what is noted of it by one is seen by the
 * next, also before there is a row that could be locked.
 */
export async function lockPaymentIntent(db: Database, paymentIntentId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${paymentIntentId}, 0))`.execute(db);
}

interface Reversal {
  readonly reference: string;
  readonly paymentIntentId: string;
  readonly amountMicroAud: number;
}

/** Notes that so much of a charge was refunded, all its refunds together; less was known before, or is old news. */
export async function noteRefund(db: Database, reversal: Reversal): Promise<void> {
  await insertReversal(db, reversal)
    .onConflict((conflict) =>
      conflict.column('reference').doUpdateSet({
        amount_micro_aud: sql`greatest(payment_reversals.amount_micro_aud, excluded.amount_micro_aud)`,
      }),
    )
    .execute();
}

/** Notes that a payment is disputed; it stays as it is when it was noted before, or has been won by now. */
export async function noteDispute(db: Database, reversal: Reversal): Promise<void> {
  await insertReversal(db, reversal)
    .onConflict((conflict) => conflict.column('reference').doNothing())
    .execute();
}

/** Notes that a disputed payment came again. A dispute that is won is over. */
export async function noteDisputeWon(
  db: Database,
  reversal: Omit<Reversal, 'amountMicroAud'>,
): Promise<void> {
  await insertReversal(db, { ...reversal, amountMicroAud: 0 })
    .onConflict((conflict) => conflict.column('reference').doUpdateSet({ amount_micro_aud: 0 }))
    .execute();
}

const insertReversal = (db: Database, { reference, paymentIntentId, amountMicroAud }: Reversal) =>
  db
    .insertInto('payment_reversals')
    .values({ reference, payment_intent_id: paymentIntentId, amount_micro_aud: amountMicroAud });

/** What of a payment is with the payer again, by all that was noted. */
export async function sumReversals(db: Database, paymentIntentId: string): Promise<number> {
  const { total } = await db
    .selectFrom('payment_reversals')
    .select(({ fn }) => fn.sum<string | null>('amount_micro_aud').as('total'))
    .where('payment_intent_id', '=', paymentIntentId)
    .executeTakeFirstOrThrow();
  return Number(total ?? 0);
}

/** Notes what of a payment the ledger has taken back. */
export async function noteReversed(
  db: Database,
  payment: { id: string; reversedMicroAud: number; writtenOffMicroAud: number },
): Promise<void> {
  await db
    .updateTable('payments')
    .set({ reversed_micro_aud: payment.reversedMicroAud, written_off_micro_aud: payment.writtenOffMicroAud })
    .where('id', '=', payment.id)
    .execute();
}
