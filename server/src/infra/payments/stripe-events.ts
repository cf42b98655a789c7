import { z } from 'zod';

import type { PaymentReport } from './payment-service.ts';

/** Whose of the things in a Stripe account are ours: the key under which they carry the payment's id. */
export const PAYMENT_ID_KEY = 'icana_payment_id';

/** A thing of Stripe's inside another: its id, or all of it where the endpoint is set up so. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const amount = { currency: z.string() };

const checkoutSession = z.object({
  ...amount,
  id: z.string(),
  metadata: z.record(z.string(), z.string()).nullable(),
  amount_total: z.int().nullable(),
  payment_status: z.string(),
  payment_intent: reference.nullable(),
});

const charge = z.object({
  ...amount,
  id: z.string(),
  amount_refunded: z.int(),
  payment_intent: reference.nullable(),
});

const dispute = z.object({
  ...amount,
  id: z.string(),
  amount: z.int(),
  status: z.string(),
  payment_intent: reference.nullable(),
});

type Reader = (object: unknown) => PaymentReport | null;

/** The events that say something of payments. Others of a Stripe account are nothing to us. */
const READERS: Readonly<Record<string, Reader>> = {
  // Some ways to pay take days: the page is done with, the money is not there yet.
  'checkout.session.completed': (object) =>
    readCheckout(object, ({ payment_status }) => (payment_status === 'unpaid' ? 'processing' : 'paid')),
  'checkout.session.async_payment_succeeded': (object) => readCheckout(object, () => 'paid'),
  'checkout.session.async_payment_failed': (object) => readCheckout(object, () => 'failed'),
  'checkout.session.expired': (object) => readCheckout(object, () => 'expired'),
  'charge.refunded': readRefund,
  'charge.dispute.created': (object) => readDispute(object, 'dispute'),
  'charge.dispute.funds_withdrawn': (object) => readDispute(object, 'dispute'),
  'charge.dispute.funds_reinstated': (object) => readDispute(object, 'dispute-won'),
};

/**
 * What an event says, as `docs.stripe.com/api/events/types` has it; null when it is about nothing of ours.
 * @throws ZodError when it has not the documented form
 */
export function readStripeEvent({ type, object }: { type: string; object: unknown }): PaymentReport | null {
  return READERS[type]?.(object) ?? null;
}

function readCheckout(
  object: unknown,
  outcomeOf: (session: z.infer<typeof checkoutSession>) => 'paid' | 'processing' | 'failed' | 'expired',
): PaymentReport | null {
  const session = checkoutSession.parse(object);
  const paymentId = session.metadata?.[PAYMENT_ID_KEY];
  if (paymentId === undefined) return null;
  return {
    about: 'checkout',
    outcome: outcomeOf(session),
    paymentId,
    sessionId: session.id,
    paymentIntentId: session.payment_intent,
    amount: { cents: session.amount_total ?? 0, currency: session.currency },
  };
}

function readRefund(object: unknown): PaymentReport | null {
  const { id, amount_refunded: cents, currency, payment_intent: paymentIntentId } = charge.parse(object);
  if (paymentIntentId === null) return null;
  return { about: 'refund', reference: id, paymentIntentId, amount: { cents, currency } };
}

function readDispute(object: unknown, about: 'dispute' | 'dispute-won'): PaymentReport | null {
  const { id, amount: cents, currency, status, payment_intent: paymentIntentId } = dispute.parse(object);
  // A bank that only asks has taken nothing yet.
  if (paymentIntentId === null || status.startsWith('warning_')) return null;
  return { about, reference: id, paymentIntentId, amount: { cents, currency } };
}
