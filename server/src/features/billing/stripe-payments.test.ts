import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { expectLedgerToBalance } from '../../../../test/invariants/books.ts';
import { PASSWORD, signIn } from '../../../../test/support/signed-in.ts';
import {
  checkoutEvent,
  disputeEvent,
  refundEvent,
  SECRET_KEY,
  sendStripeEvent,
  startStripeStandIn,
  WEBHOOK_SECRET,
} from '../../../../test/support/stripe-stand-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const WELCOME = 1_440_000;
const CENTS = 2500;
const CREDIT = 25_000_000;

let stripe: Awaited<ReturnType<typeof startStripeStandIn>>;
let service: TestService;
beforeAll(async () => {
  stripe = await startStripeStandIn();
  service = await startTestService({
    settings: {
      stripeSecretKey: SECRET_KEY,
      stripeWebhookSecret: WEBHOOK_SECRET,
      stripeApiUrl: stripe.url,
    },
  });
});
afterAll(async () => {
  await service.close();
  await stripe.close();
});
afterEach(async () => {
  await expectLedgerToBalance(service.db);
  expect((await service.audit.verify()).findings).toEqual([]);
});

interface Checkout {
  readonly accountId: string;
  readonly paymentId: string;
  readonly sessionId: string;
  readonly paymentIntentId: string;
  readonly cents: number;
}

/** Somebody, new unless given, who was sent to a page of Stripe's to pay AUD 25. */
async function checkout(by?: { accountId: string; email: string }): Promise<Checkout> {
  const { accountId, email } = by ?? (await service.newCustomer());
  const { id: paymentId, payAt } = await service.payments.topUp({ accountId, email }, CENTS);
  const sessionId = stripe.asked.at(-1)?.id ?? '';
  expect(payAt).toBe(`https://checkout.stripe.com/c/pay/${sessionId}`);
  return { accountId, paymentId, sessionId, paymentIntentId: `pi_${newId()}`, cents: CENTS };
}

const available = async ({ accountId }: Checkout) => (await service.credits.balance(accountId)).available;
const send = async (event: object, options?: Parameters<typeof sendStripeEvent>[2]) =>
  (await sendStripeEvent(service, event, options)).status;
const payment = async ({ paymentId }: Checkout) =>
  await service.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirstOrThrow();
const receiptOf = async ({ accountId, paymentId: id }: Checkout) =>
  await service.statements.receipt({ accountId, id });

const underWay = (paid: Checkout) => checkoutEvent('completed', { ...paid, paymentStatus: 'unpaid' });
const refund = (paid: Checkout, refunded: number) => refundEvent({ ...paid, refunded });

/** So much of the balance is gone for good. */
const spend = async ({ accountId }: Checkout, microAud: number) =>
  await service.credits.adjust({ accountId, amountMicroAud: 0 - microAud, reason: 'spent' });

describe('a top-up', () => {
  test('asks Stripe for a page with the amount in cents, once, and comes back to the billing page', async () => {
    const person = await signIn(service);
    const opened = await person.client.post('/app/billing/top-ups', { amountCents: CENTS });
    const session = stripe.asked.at(-1);
    const id = String(opened.body['id']);
    expect(opened.body).toEqual({ id, payAt: `https://checkout.stripe.com/c/pay/${session?.id}` });
    const fields = Object.fromEntries(session?.fields ?? []);
    expect(fields).toMatchObject({
      mode: 'payment',
      'line_items[0][price_data][currency]': 'aud',
      'line_items[0][price_data][unit_amount]': '2500',
      'line_items[0][quantity]': '1',
      'metadata[icana_payment_id]': id,
      customer_email: person.email,
      success_url: `${service.url}/billing?paid=${id}`,
      cancel_url: `${service.url}/billing?cancelled=${id}`,
    });
    expect(session?.idempotencyKey).toBe(id);
    expect((await person.client.get('/app/billing')).body).toMatchObject({
      availableMicroAud: WELCOME,
      topUp: { mode: 'stripe' },
      pending: [{ id, status: 'open', amountMicroAud: CREDIT }],
    });
  });

  test('of too little, too much or no number of cents is refused', async () => {
    const { client } = await signIn(service);
    const before = stripe.asked.length;
    for (const amountCents of [499, 100_001, 0, -500]) {
      const answer = await client.post('/app/billing/top-ups', { amountCents });
      expect(answer.headers.get('x-error-code')).toBe('payments.amount_out_of_bounds');
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ detail: 'A top-up is at least $5.00 and at most $1000.00 AUD.' });
    }
    for (const amountCents of [500.5, '500', null, 1e300]) {
      const answer = await client.post('/app/billing/top-ups', { amountCents });
      expect(answer.headers.get('x-error-code')).toBe('request.malformed');
    }
    expect(stripe.asked).toHaveLength(before);
  });

  test('when Stripe cannot be reached is none, and says so', async () => {
    const { client } = await signIn(service);
    stripe.setDown(true);
    const answer = await client.post('/app/billing/top-ups', { amountCents: CENTS });
    stripe.setDown(false);
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      detail: 'The payment service cannot be reached. You have paid nothing.',
    });
    expect((await client.get('/app/billing')).body['pending']).toMatchObject([{ status: 'failed' }]);
  });
});

describe('a payment that Stripe reports', () => {
  test('is credited, with a receipt', async () => {
    const paid = await checkout();
    expect(await send(checkoutEvent('completed', paid))).toBe(200);
    expect(await available(paid)).toBe(WELCOME + CREDIT);
    const receipt = await receiptOf(paid);
    const reference = paid.paymentIntentId;
    expect(receipt).toMatchObject({ amountMicroAud: CREDIT, method: 'stripe', reference });
    expect(receipt.number).toMatch(/^R-\d{6}$/);
  });

  test('thirty times, to all servers at once, is credited once', async () => {
    const paid = await checkout();
    const beside = await startTestService({ beside: service, working: false, settings: service.settings });
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        sendStripeEvent(index % 2 === 0 ? service : beside, checkoutEvent('completed', paid)),
      ),
    );
    await beside.close();
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await available(paid)).toBe(WELCOME + CREDIT);
  });

  test('as under way is credited when the money is there, in whatever order that is told', async () => {
    const inOrder = await checkout();
    await send(underWay(inOrder));
    expect(await payment(inOrder)).toMatchObject({ status: 'processing' });
    expect(await available(inOrder)).toBe(WELCOME);
    await send(checkoutEvent('async_payment_succeeded', inOrder));
    expect(await available(inOrder)).toBe(WELCOME + CREDIT);

    const backwards = await checkout();
    await send(checkoutEvent('async_payment_succeeded', backwards));
    await send(underWay(backwards));
    expect(await payment(backwards)).toMatchObject({ status: 'paid' });
    expect(await available(backwards)).toBe(WELCOME + CREDIT);
  });

  test.each(['async_payment_failed', 'expired'] as const)('as %s is not credited', async (type) => {
    const paid = await checkout();
    await send(checkoutEvent(type, { ...paid, paymentStatus: 'unpaid' }));
    expect(await available(paid)).toBe(WELCOME);
    await expect(receiptOf(paid)).rejects.toMatchObject({ code: 'payments.not_found' });
  });

  test('as failed after it was paid stays paid', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await send(checkoutEvent('async_payment_failed', paid));
    await send(checkoutEvent('expired', paid));
    expect(await payment(paid)).toMatchObject({ status: 'paid' });
    expect(await available(paid)).toBe(WELCOME + CREDIT);
  });

  test.each([
    ['of another amount', { cents: 2499 }],
    ['of nothing', { cents: 0, paymentStatus: 'no_payment_required' as const }],
    ['in another currency', { currency: 'usd' }],
  ])('%s is not credited, and stands out', async (_, difference) => {
    const paid = await checkout();
    expect(await send(checkoutEvent('completed', { ...paid, ...difference }))).toBe(200);
    expect(await available(paid)).toBe(WELCOME);
    expect(await service.payments.pending(paid.accountId)).toMatchObject([{ status: 'mismatched' }]);
    const complaints = service.logLines.filter((line) => line.includes('paid was not what was asked for'));
    expect(complaints.at(-1)).toContain(paid.paymentId);
  });

  test('of a session or a payment that nobody was asked for is credited to nobody', async () => {
    const paid = await checkout();
    for (const other of [{ paymentId: newId() }, { paymentId: 'x' }, { sessionId: 'cs_test_other' }]) {
      expect(await send(checkoutEvent('completed', { ...paid, ...other }))).toBe(200);
    }
    expect(await available(paid)).toBe(WELCOME);
  });

  test('of something else that is sold by the same Stripe account is passed over', async () => {
    const foreign = checkoutEvent('completed', { sessionId: 'cs_other', paymentId: newId(), cents: 900 });
    const session = foreign.data.object as { metadata: unknown };
    session.metadata = {};
    expect(await send(foreign)).toBe(200);
    expect(await send({ ...foreign, type: 'customer.created', data: { object: { id: 'cus_1' } } })).toBe(200);
  });
});

describe('a report', () => {
  test.each([
    ['whose body was changed', { tamper: (body: string) => body.replace('2500', '9900') }],
    ['whose spaces were changed', { tamper: (body: string) => body.replace('{', '{ ') }],
    ['that was signed with another secret', { secret: 'whsec_of_somebody_else' }],
    ['that was signed six minutes ago', { at: Date.now() - 360_000 }],
  ])('%s is refused', async (_, options) => {
    const paid = await checkout();
    expect(await sendStripeEvent(service, checkoutEvent('completed', paid), options)).toEqual({
      status: 400,
      code: 'payments.report_refused',
    });
    expect(await available(paid)).toBe(WELCOME);
  });

  test('without a signature, or with nonsense for one, is refused', async () => {
    const paid = await checkout();
    const url = new URL('/webhooks/stripe', service.url);
    const body = JSON.stringify(checkoutEvent('completed', paid));
    for (const signature of [undefined, '', 'x', 't=1,v1=00', `t=${Date.now()},v1=,v1=`]) {
      const headers = {
        'content-type': 'application/json',
        ...(signature && { 'stripe-signature': signature }),
      };
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
    }
    expect((await fetch(url, { method: 'POST' })).status).toBe(400);
    expect(await available(paid)).toBe(WELCOME);
  });

  test('that cannot be kept is answered with an error, so that it is sent again', async () => {
    const paid = await checkout();
    await service.db.schema.alterTable('payments').renameTo('payments_away').execute();
    expect(await send(checkoutEvent('completed', paid))).toBe(500);
    await service.db.schema.alterTable('payments_away').renameTo('payments').execute();
    expect(await send(checkoutEvent('completed', paid))).toBe(200);
    expect(await available(paid)).toBe(WELCOME + CREDIT);
  });
});

const closedAndPaid = ({ paymentId }: Checkout) =>
  service.logLines.filter((line) => line.includes('a closed account has paid') && line.includes(paymentId));

describe('a payment of an account that its owner closes', () => {
  test('holds that up while it is under way, and no longer', async () => {
    const person = await signIn(service);
    const paid = await checkout(person);
    await send(underWay(paid));
    const close = () => person.client.post('/app/account/close', { password: PASSWORD });
    const refused = await close();
    expect(refused.headers.get('x-error-code')).toBe('payments.under_way');
    expect((await person.client.get('/app/session')).status).toBe(200);
    await send(checkoutEvent('async_payment_succeeded', paid));
    expect(await available(paid)).toBe(WELCOME + CREDIT);
    expect((await close()).status).toBe(200);
    expect(closedAndPaid(paid)).toEqual([]);
  });

  test('and that arrives after that is one that the operator hears of', async () => {
    const person = await signIn(service);
    const paid = await checkout(person);
    await person.client.post('/app/account/close', { password: PASSWORD });
    expect(await send(checkoutEvent('completed', paid))).toBe(200);
    expect(closedAndPaid(paid)).toEqual([expect.stringContaining(paid.paymentIntentId)]);
    await send(refund(paid, CENTS));
    expect(await available(paid)).toBe(WELCOME);
  });
});

describe('a refund', () => {
  test('takes the credit back, by what all refunds of the charge are together', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await send(refund(paid, 1000));
    expect(await available(paid)).toBe(WELCOME + CREDIT - 10_000_000);
    await send(refund(paid, 1500));
    // Told again, late: the first refund alone.
    await send(refund(paid, 1000));
    expect(await available(paid)).toBe(WELCOME + CREDIT - 15_000_000);
    expect(await receiptOf(paid)).toMatchObject({ amountMicroAud: CREDIT, reversedMicroAud: 15_000_000 });
  });

  test('that is told before the payment is taken from it when that comes', async () => {
    const paid = await checkout();
    expect(await send(refund(paid, CENTS))).toBe(200);
    expect(await available(paid)).toBe(WELCOME);
    await send(checkoutEvent('completed', paid));
    expect(await available(paid)).toBe(WELCOME);
    expect(await payment(paid)).toMatchObject({ status: 'paid', reversed_micro_aud: CREDIT });
  });

  test('of credit that is spent leaves the balance at zero, and the rest is written off', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await spend(paid, 20_000_000);
    await send(refund(paid, CENTS));
    expect(await available(paid)).toBe(0);
    expect(await payment(paid)).toMatchObject({
      reversed_micro_aud: CREDIT,
      written_off_micro_aud: 20_000_000 - WELCOME,
    });
  });

  test('at the same time as the payment and a dispute, many times, comes out the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const paid = await checkout();
      const told = [
        checkoutEvent('completed', paid),
        refund(paid, 1000),
        refund(paid, 500),
        disputeEvent('created', { ...paid, cents: 1500 }),
      ];
      const statuses = await Promise.all([...told, ...told, ...told].map((event) => send(event)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(await available(paid)).toBe(WELCOME);
      expect(await payment(paid)).toMatchObject({ reversed_micro_aud: CREDIT, written_off_micro_aud: 0 });
    }
  });

  test('of a charge that is not ours changes nothing', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await send(refundEvent({ ...paid, paymentIntentId: 'pi_other', refunded: CENTS }));
    await send(refundEvent({ ...paid, refunded: CENTS, currency: 'usd' }));
    expect(await available(paid)).toBe(WELCOME + CREDIT);
  });
});

describe('a dispute', () => {
  test('takes the credit back, and gives it again when it is won', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await spend(paid, 20_000_000);
    await send(disputeEvent('created', paid));
    await send(disputeEvent('funds_withdrawn', paid));
    expect(await available(paid)).toBe(0);
    await send(disputeEvent('funds_reinstated', { ...paid, status: 'won' }));
    expect(await available(paid)).toBe(WELCOME + CREDIT - 20_000_000);
    // Told again, late.
    await send(disputeEvent('created', paid));
    expect(await available(paid)).toBe(WELCOME + CREDIT - 20_000_000);
    expect(await payment(paid)).toMatchObject({ reversed_micro_aud: 0, written_off_micro_aud: 0 });
    const { movements } = await service.statements.ledger({
      accountId: paid.accountId,
      show: 'credit',
      limit: 10,
    });
    expect(movements.map(({ title }) => title)).toEqual([
      'Payment received again',
      'Payment returned',
      'Correction',
      'Top-up',
      'Free credit',
    ]);
  });

  test('that is only an inquiry of the bank takes nothing', async () => {
    const paid = await checkout();
    await send(checkoutEvent('completed', paid));
    await send(disputeEvent('created', { ...paid, status: 'warning_needs_response' }));
    expect(await available(paid)).toBe(WELCOME + CREDIT);
  });
});

test('of Stripe’s two secrets both are needed', async () => {
  await expect(startTestService({ settings: { stripeSecretKey: SECRET_KEY } })).rejects.toThrow(
    'set STRIPE_WEBHOOK_SECRET, or unset the other one',
  );
});
