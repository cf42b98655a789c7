import type { Logger } from 'pino';

import type { Database, PaymentRow } from '../../infra/database/schema.ts';
import type { CheckoutReport, PaymentReport, ReversalReport } from '../../infra/payments/payment-service.ts';
import type { Clock } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Credits } from '../credits/credits.service.ts';
import { creditPayment } from './credit-payment.ts';
import { microAudOf, STATUS_BEFORE } from './payments.rules.ts';
import {
  changeStatus,
  isAccountClosed,
  lockPayment,
  lockPaymentIntent,
  lockPaymentOf,
  noteDispute,
  noteDisputeWon,
  noteRefund,
  noteReversed,
  sumReversals,
} from './payments.store.ts';

export type PaymentReports = ReturnType<typeof createPaymentReports>;

/**
 * What the payment service says became of payments. It says so at least once, late, in any order and to several servers
 * at the same time; what each report changes is one transaction, and none changes anything twice. A report that resolves
 * is kept; one that rejects wants to be made again.
 */
export function createPaymentReports(parts: {
  database: Database;
  clock: Clock;
  credits: Credits;
  log: Logger;
}) {
  const { database, clock, credits, log } = parts;

  async function keepCheckout(trx: Database, report: CheckoutReport): Promise<void> {
    const { paymentId: id, sessionId, paymentIntentId, outcome } = report;
    const about = { paymentId: id, sessionId, outcome };
    if (paymentIntentId !== null) await lockPaymentIntent(trx, paymentIntentId);
    const payment = isUuid(id) ? await lockPayment(trx, id) : undefined;
    // Of another deployment with the same Stripe account, or of a page that was never given to anybody.
    if (!payment || (payment.checkout_session_id !== null && payment.checkout_session_id !== sessionId)) {
      log.warn(about, 'a payment was reported that nobody here was asked for: nothing is credited');
      return;
    }
    const known = {
      checkout_session_id: sessionId,
      ...(paymentIntentId !== null && { payment_intent_id: paymentIntentId }),
    };
    const change = { id, at: clock.now(), known };
    if (outcome !== 'paid') {
      await changeStatus(trx, { ...change, from: STATUS_BEFORE[outcome], to: outcome });
      return;
    }
    if (microAudOf(report.amount) !== payment.amount_micro_aud) {
      await changeStatus(trx, { ...change, from: STATUS_BEFORE.mismatched, to: 'mismatched' });
      const asked = payment.amount_micro_aud;
      log.error({ ...about, paid: report.amount, askedMicroAud: asked }, 'paid was not what was asked for');
      return;
    }
    const credited = await creditPayment(trx, { credits, ...change });
    if (!credited) return;
    const accountId = credited.account_id;
    log.info({ ...about, accountId }, 'a payment was credited');
    if (await isAccountClosed(trx, accountId)) {
      log.error({ ...about, paymentIntentId, accountId }, 'a closed account has paid: refund it');
    }
    // It may have gone back before it was heard of.
    await settleReversals(trx, credited);
  }

  async function keepReversal(trx: Database, report: ReversalReport): Promise<void> {
    const { about, reference, paymentIntentId } = report;
    const amountMicroAud = microAudOf(report.amount);
    // All our payments are in AUD: it is about something else that is sold by the same Stripe account.
    if (amountMicroAud === null) return;
    await lockPaymentIntent(trx, paymentIntentId);
    const reversal = { reference, paymentIntentId, amountMicroAud };
    if (about === 'refund') await noteRefund(trx, reversal);
    else if (about === 'dispute') await noteDispute(trx, reversal);
    else await noteDisputeWon(trx, reversal);
    const payment = await lockPaymentOf(trx, paymentIntentId);
    if (payment?.status === 'paid') await settleReversals(trx, payment);
  }

  /** Takes credit back, or gives it again, until what is taken is what of the payment is with the payer. */
  async function settleReversals(trx: Database, payment: PaymentRow): Promise<void> {
    const { id, account_id: accountId, payment_intent_id: paymentIntentId } = payment;
    if (paymentIntentId === null) return;
    const reversedMicroAud = Math.min(await sumReversals(trx, paymentIntentId), payment.amount_micro_aud);
    const amountMicroAud = reversedMicroAud - payment.reversed_micro_aud;
    if (amountMicroAud === 0) return;
    const writtenOffMicroAud = await credits.reverse(trx, {
      accountId,
      amountMicroAud,
      reference: id,
      reason: amountMicroAud > 0 ? 'the payment went back' : 'the payment came again',
      writtenOffMicroAud: payment.written_off_micro_aud,
    });
    await noteReversed(trx, { id, reversedMicroAud, writtenOffMicroAud });
    log.warn(
      { paymentId: id, accountId, reversedMicroAud, writtenOffMicroAud },
      'a payment went back or came again',
    );
  }

  return {
    async keep(report: PaymentReport): Promise<void> {
      await database
        .transaction()
        .execute((trx) =>
          report.about === 'checkout' ? keepCheckout(trx, report) : keepReversal(trx, report),
        );
    },
  };
}
