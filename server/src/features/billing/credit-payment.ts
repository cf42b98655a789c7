import type { Database, PaymentRow } from '../../infra/database/schema.ts';
import type { Credits } from '../credits/credits.service.ts';
import { STATUS_BEFORE } from './payments.rules.ts';
import { changeStatus, type StatusChange } from './payments.store.ts';

const REASONS = { stripe: 'payment by Stripe', test: 'test top-up, no money was taken' } as const;

/**
 * Credits a payment, once: whoever changes its status to paid does so, as part of the same transaction.
 * @returns the payment; undefined when it was credited before, or was not what was asked for
 */
export async function creditPayment(
  trx: Database,
  parts: { credits: Pick<Credits, 'topUp'> } & Pick<StatusChange, 'id' | 'at' | 'known'>,
): Promise<PaymentRow | undefined> {
  const { credits, id, ...rest } = parts;
  const payment = await changeStatus(trx, { id, from: STATUS_BEFORE.paid, to: 'paid', ...rest });
  if (!payment) return undefined;
  await credits.topUp(trx, {
    accountId: payment.account_id,
    amountMicroAud: payment.amount_micro_aud,
    reference: id,
    reason: REASONS[payment.method],
  });
  return payment;
}
