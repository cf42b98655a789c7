import type { OpenedTopUp, Payment } from '@icana/contract/app';
import type { Logger } from 'pino';

import type { Database, PaymentRow } from '../../infra/database/schema.ts';
import { internalError, refusal } from '../../infra/http/api-error.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { PaymentService } from '../../infra/payments/payment-service.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { formatAud } from '../../lib/money.ts';
import type { Credits } from '../credits/credits.service.ts';
import { creditPayment } from './credit-payment.ts';
import { LEAST_TOP_UP_CENTS, microAudOfCents, MOST_TOP_UP_CENTS, STATUS_BEFORE } from './payments.rules.ts';
import {
  changeStatus,
  hasProcessing,
  insertPayment,
  listUncredited,
  noteCheckout,
} from './payments.store.ts';

/** How credit is added: with money, as a test without any, or not by customers at all. */
export type TopUpMode =
  | { readonly name: 'stripe'; readonly service: PaymentService }
  | { readonly name: 'test' }
  | { readonly name: 'none' };

/** Who adds credit to which account. */
interface Payer {
  readonly accountId: string;
  readonly email: string;
}

/** Banks take days; what is older is shown and waited for no longer. */
const PENDING_FOR_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_PENDING = 5;

export type Payments = ReturnType<typeof createPayments>;

/** Credit that customers add themselves. It is theirs when the payment service reports the money, and not before. */
export function createPayments(parts: {
  database: Database;
  clock: Clock;
  credits: Credits;
  mode: TopUpMode;
  publicUrl: Pick<PublicUrl, 'page'>;
  /** How many top-ups somebody may begin: each is a page that Stripe makes. */
  limits: { count(begun: { limitClass: 'top-up'; subject: string }): Promise<{ allowed: boolean }> };
  log: Logger;
}) {
  const { database, clock, credits, mode, publicUrl, limits, log } = parts;

  const newPayment = ({ accountId, email }: Payer, amountCents: number, method: 'stripe' | 'test') => ({
    id: newId(),
    account_id: accountId,
    payer_email: email,
    method,
    status: 'open' as const,
    amount_micro_aud: microAudOfCents(amountCents),
    created_at: clock.now(),
  });

  /** The row is there before anybody can pay, so that every report of the payment finds it. */
  async function openCheckout(
    payer: Payer,
    amountCents: number,
    service: PaymentService,
  ): Promise<OpenedTopUp> {
    const row = newPayment(payer, amountCents, 'stripe');
    const { id } = row;
    await insertPayment(database, row);
    try {
      const { sessionId, url } = await service.openCheckout({
        paymentId: id,
        amountCents,
        email: payer.email,
        returnTo: {
          paid: publicUrl.page('/billing', { paid: id }),
          cancelled: publicUrl.page('/billing', { cancelled: id }),
        },
      });
      await noteCheckout(database, { id, sessionId });
      return { id, payAt: url };
    } catch (cause) {
      // Nobody was told of the page, if there is one.
      await changeStatus(database, { id, from: STATUS_BEFORE.failed, to: 'failed', at: clock.now() });
      throw internalError('payments.unavailable', cause);
    }
  }

  async function topUpWithoutMoney(payer: Payer, amountCents: number): Promise<OpenedTopUp> {
    const row = newPayment(payer, amountCents, 'test');
    await database.transaction().execute(async (trx) => {
      await insertPayment(trx, row);
      await creditPayment(trx, { credits, id: row.id, at: row.created_at });
    });
    log.info({ accountId: payer.accountId, paymentId: row.id }, 'a test top-up: no money was taken');
    return { id: row.id, payAt: null };
  }

  return {
    mode: mode.name,
    leastMicroAud: microAudOfCents(LEAST_TOP_UP_CENTS),
    mostMicroAud: microAudOfCents(MOST_TOP_UP_CENTS),

    /**
     * Begins to add credit.
     * @returns where to pay; null where the credit is there already
     * @throws ApiError 400 when the amount is out of bounds or credit cannot be added here, 429 when too many have been
     *   begun, 500 when the payment service cannot be reached
     */
    async topUp(payer: Payer, amountCents: number): Promise<OpenedTopUp> {
      if (amountCents < LEAST_TOP_UP_CENTS || amountCents > MOST_TOP_UP_CENTS) {
        const least = formatAud(microAudOfCents(LEAST_TOP_UP_CENTS));
        const most = formatAud(microAudOfCents(MOST_TOP_UP_CENTS));
        throw refusal('payments.amount_out_of_bounds', { least, most });
      }
      const { allowed } = await limits.count({ limitClass: 'top-up', subject: payer.accountId });
      if (!allowed) throw refusal('limits.exceeded');
      if (mode.name === 'stripe') return await openCheckout(payer, amountCents, mode.service);
      if (mode.name === 'test') return await topUpWithoutMoney(payer, amountCents);
      throw refusal('payments.not_set_up');
    },

    /** The account's payments of the last week that have not been credited, newest first. */
    async pending(accountId: string): Promise<Payment[]> {
      const since = new Date(clock.now().getTime() - PENDING_FOR_MS);
      const rows = await listUncredited(database, { accountId, since, limit: MOST_PENDING });
      return rows.map(toPayment);
    },

    /** @throws ApiError 400 while a bank works on a payment of the account */
    async requireNoneUnderWay(accountId: string, db: Database): Promise<void> {
      const since = new Date(clock.now().getTime() - PENDING_FOR_MS);
      if (await hasProcessing(db, { accountId, since })) throw refusal('payments.under_way');
    },
  };
}

function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    status: row.status,
    amountMicroAud: row.amount_micro_aud,
    createdAt: wireTime(row.created_at),
  };
}
