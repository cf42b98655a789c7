import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Stripe } from 'stripe';

import type { TestService } from './test-service.ts';

export const WEBHOOK_SECRET = 'whsec_for_the_tests_only';
export const SECRET_KEY = 'sk_test_for_the_tests_only';

/** A checkout session as it was asked for. */
interface AskedSession {
  readonly id: string;
  readonly fields: URLSearchParams;
  readonly idempotencyKey: string | undefined;
}

const answer = (response: ServerResponse, status: number, content: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));

/** In the place of api.stripe.com: makes checkout sessions and notes what they were asked with. */
export async function startStripeStandIn() {
  const asked: AskedSession[] = [];
  let isDown = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (isDown) return answer(response, 500, { error: { type: 'api_error', message: 'down' } });
      if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) {
        const error = { type: 'invalid_request_error', message: 'Invalid API Key provided' };
        return answer(response, 401, { error });
      }
      const id = `cs_test_${asked.length + 1}${randomUUID()}`;
      const { 'idempotency-key': idempotencyKey } = request.headers;
      asked.push({ id, fields: new URLSearchParams(body), idempotencyKey: idempotencyKey as string });
      return answer(response, 200, {
        id,
        object: 'checkout.session',
        url: `https://checkout.stripe.com/c/pay/${id}`,
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setDown(down: boolean) {
      isDown = down;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A report as Stripe sends it: signed over the bytes of the body, now or at another time. */
export async function sendStripeEvent(
  service: Pick<TestService, 'url'>,
  event: object,
  { at = Date.now(), secret = WEBHOOK_SECRET, tamper = (body: string) => body } = {},
): Promise<{ status: number; code: string | null }> {
  const body = JSON.stringify(event, null, 2);
  const timestamp = Math.floor(at / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  const reply = await fetch(new URL('/webhooks/stripe', service.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body: tamper(body),
  });
  await reply.text();
  return { status: reply.status, code: reply.headers.get('x-error-code') };
}

let events = 0;

/** The envelope of every event, as the page of the Event object has it. */
const event = (type: string, object: object) => ({
  id: `evt_${(events += 1)}`,
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_793_000_000 + events,
  data: { object },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
});

interface SessionFacts {
  readonly sessionId: string;
  readonly paymentId: string;
  readonly cents: number;
  readonly currency?: string;
  readonly paymentIntentId?: string | null;
}

/** An event about a checkout session: the documented object, with what a paid one has. */
export function checkoutEvent(
  type: 'completed' | 'async_payment_succeeded' | 'async_payment_failed' | 'expired',
  facts: SessionFacts & { paymentStatus?: 'paid' | 'unpaid' | 'no_payment_required' },
) {
  const {
    sessionId,
    paymentId,
    cents,
    currency = 'aud',
    paymentIntentId = null,
    paymentStatus = 'paid',
  } = facts;
  return event(`checkout.session.${type}`, {
    id: sessionId,
    object: 'checkout.session',
    amount_subtotal: cents,
    amount_total: cents,
    automatic_tax: { enabled: false, liability: null, status: null },
    client_reference_id: paymentId,
    created: 1_793_000_000,
    currency,
    customer: null,
    customer_details: { address: null, email: 'somebody@example.org', name: null, phone: null },
    expires_at: 1_793_086_400,
    livemode: false,
    metadata: { icana_payment_id: paymentId },
    mode: 'payment',
    payment_intent: paymentIntentId,
    payment_method_types: ['card'],
    payment_status: paymentStatus,
    status: type === 'expired' ? 'expired' : 'complete',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    url: null,
  });
}

/** A charge of which so much has been refunded by now. */
export function refundEvent(facts: {
  paymentIntentId: string;
  cents: number;
  refunded: number;
  currency?: string;
}) {
  const { paymentIntentId, cents, refunded, currency = 'aud' } = facts;
  return event('charge.refunded', {
    id: `ch_of_${paymentIntentId}`,
    object: 'charge',
    amount: cents,
    amount_captured: cents,
    amount_refunded: refunded,
    balance_transaction: 'txn_1',
    billing_details: { address: null, email: null, name: null, phone: null },
    captured: true,
    created: 1_793_000_000,
    currency,
    disputed: false,
    livemode: false,
    metadata: {},
    paid: true,
    payment_intent: paymentIntentId,
    payment_method: 'pm_1',
    refunded: refunded === cents,
    status: 'succeeded',
  });
}

/** A dispute of a payment. */
export function disputeEvent(
  type: 'created' | 'funds_withdrawn' | 'funds_reinstated',
  facts: { paymentIntentId: string; cents: number; status?: string },
) {
  const { paymentIntentId, cents, status = 'needs_response' } = facts;
  return event(`charge.dispute.${type}`, {
    id: `du_of_${paymentIntentId}`,
    object: 'dispute',
    amount: cents,
    balance_transactions: [],
    charge: `ch_of_${paymentIntentId}`,
    created: 1_793_000_000,
    currency: 'aud',
    evidence: {},
    evidence_details: { due_by: 1_794_000_000, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: paymentIntentId,
    reason: 'fraudulent',
    status,
  });
}
