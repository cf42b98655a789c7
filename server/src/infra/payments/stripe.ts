import { Stripe } from 'stripe';

import { ReportRefused, type PaymentService } from './payment-service.ts';
import { PAYMENT_ID_KEY, readStripeEvent } from './stripe-events.ts';

/** A person waits for the page. */
const TIMEOUT_MS = 10_000;
const RETRIES = 1;

/** Reports older than this are refused, as Stripe advises: one that was overheard is of no use later. */
const TOLERANCE_SECONDS = 300;

/** Payments on pages of Stripe's: no card number ever comes near this service. */
export function createStripePayments(parts: {
  secretKey: string;
  webhookSecret: string;
  apiUrl: string;
}): PaymentService {
  const { secretKey, webhookSecret } = parts;
  const { hostname, port, protocol } = new URL(parts.apiUrl);
  const stripe = new Stripe(secretKey, {
    host: hostname,
    ...(port !== '' && { port }),
    protocol: protocol === 'http:' ? 'http' : 'https',
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
  });

  return {
    async openCheckout({ paymentId, amountCents, email, returnTo }) {
      const metadata = { [PAYMENT_ID_KEY]: paymentId };
      const product = { name: 'Transcription credit' };
      const { id, url } = await stripe.checkout.sessions.create(
        {
          mode: 'payment',
          line_items: [
            { quantity: 1, price_data: { currency: 'aud', unit_amount: amountCents, product_data: product } },
          ],
          // What is paid is what was asked for, to the cent, and so is what is refunded.
          adaptive_pricing: { enabled: false },
          client_reference_id: paymentId,
          customer_email: email,
          metadata,
          payment_intent_data: { metadata },
          success_url: returnTo.paid,
          cancel_url: returnTo.cancelled,
        },
        { idempotencyKey: paymentId },
      );
      if (url === null) throw new Error(`The checkout session ${id} has no page.`);
      return { sessionId: id, url };
    },

    readReport(body, signature) {
      const { type, data } = signedEvent(() =>
        stripe.webhooks.constructEvent(body, signature ?? '', webhookSecret, TOLERANCE_SECONDS),
      );
      return readStripeEvent({ type, object: data.object });
    },
  };
}

/** Of signatures that are none the library says so in several ways; none of them is worth another try. */
function signedEvent<Event>(construct: () => Event): Event {
  try {
    return construct();
  } catch (cause) {
    throw new ReportRefused((cause as Error).message, { cause });
  }
}
