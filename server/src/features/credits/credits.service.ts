import { inTransaction } from '../../infra/database/in-transaction.ts';
import type { Database, LedgerKind } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { formatAud } from '../../lib/money.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { priceOfAudio, reversalOf, settlementOf, type EntryAmount } from './credits.rules.ts';
import {
  findBalance,
  findHold,
  findTopUp,
  insertLedgerTransaction,
  lockAvailable,
  lockBalance,
  type Balance,
} from './credits.store.ts';

export interface Pricing {
  readonly microAudPerMinute: number;
  /** A submission needs at least this much available; exactly this much is enough. */
  readonly minimumMicroAud: number;
}

interface JobCredit {
  readonly accountId: string;
  readonly jobId: string;
}

export type Credits = ReturnType<typeof createCredits>;

/**
 * The credit of accounts: prepaid, in integers of 1e-6 AUD, every movement an entry in the ledger, by which alone a
 * balance changes. `hold`, `settle`, `release` and `refund` run inside the transaction of the caller, who owns the job,
 * `topUp` and `reverse` in that of who owns the payment; the ledger lets a job hold once, and settle or release once but
 * not both, and a payment be credited once.
 */
export function createCredits(parts: { database: Database; clock: Clock; pricing: Pricing }) {
  const { database, clock, pricing } = parts;

  /** False, and nothing is written, when the movement's reference has been written before. */
  async function record(db: Database, about: Movement, entries: readonly EntryAmount[]): Promise<boolean> {
    const transaction = { jobId: null, reference: null, ...about, id: newId(), createdAt: clock.now() };
    return await insertLedgerTransaction(db, transaction, entries);
  }

  /** Gives credit, or takes it when the amount is negative. */
  async function give(db: Database, about: Movement, amountMicroAud: number): Promise<boolean> {
    return await record(db, about, [
      { book: 'granted', amountMicroAud: 0 - amountMicroAud },
      { book: 'available', amountMicroAud },
    ]);
  }

  return {
    pricing,

    priceOf: (durationMs: number): number =>
      priceOfAudio({ durationMs, microAudPerMinute: pricing.microAudPerMinute }),

    /** What an account has, as the database or the transaction that is given sees it. */
    balance: async (accountId: string, db = database): Promise<Balance> => await findBalance(db, accountId),

    /** @throws ApiError 402 when the account has less available than a submission needs */
    async requireMinimum(accountId: string): Promise<void> {
      const { available } = await findBalance(database, accountId);
      if (available >= pricing.minimumMicroAud) return;
      const minimum = formatAud(pricing.minimumMicroAud);
      throw refusal('credits.insufficient', { minimum, available: formatAud(available) });
    },

    /** Gives credit inside the caller's transaction: the welcome of a new account. */
    async grant(
      db: Database,
      gift: { accountId: string; amountMicroAud: number; reason: string },
    ): Promise<void> {
      await give(db, { accountId: gift.accountId, kind: 'grant', reason: gift.reason }, gift.amountMicroAud);
    },

    /**
     * An operator's correction, up or down.
     * @throws OperatorError when the balance would go below zero
     */
    async adjust(
      change: { accountId: string; amountMicroAud: number; reason: string },
      db = database,
    ): Promise<Balance> {
      const { accountId, amountMicroAud, reason } = change;
      return await inTransaction(db, async (trx) => {
        if (!(await lockAvailable(trx, accountId, 0 - amountMicroAud))) {
          const { available } = await findBalance(trx, accountId);
          throw new OperatorError(
            `The balance cannot go below zero: AUD ${formatAud(available)} is available, ` +
              `so AUD ${formatAud(0 - amountMicroAud)} cannot be taken.`,
          );
        }
        await give(trx, { accountId, kind: 'adjustment', reason }, amountMicroAud);
        return await findBalance(trx, accountId);
      });
    },

    /**
     * Credits a payment, once, however often and by how many at once it is reported.
     * @param payment.reference the payment's own name, the same in every report of it
     * @returns false when the payment has been credited before
     * @throws Error when the reference stands for another account or amount
     */
    async topUp(db: Database, payment: TopUp): Promise<boolean> {
      const { accountId, amountMicroAud, reference, reason } = payment;
      if (!Number.isSafeInteger(amountMicroAud) || amountMicroAud <= 0) {
        throw new RangeError(`A payment of ${amountMicroAud} micro AUD cannot be credited.`);
      }
      if (await give(db, { accountId, kind: 'top_up', reason, reference }, amountMicroAud)) return true;
      const credited = await findTopUp(db, reference);
      if (credited?.accountId === accountId && credited.amountMicroAud === amountMicroAud) return false;
      throw new Error(`The reference ${reference} stands for a payment of another account or amount.`);
    },

    /**
     * Takes back the credit of a payment that went back to the payer, as far as the balance has it, and writes off the
     * rest; with a negative amount, gives it again and writes off less.
     * @param payment.writtenOffMicroAud what of this payment was written off before
     * @returns what of it is written off now, in micro AUD
     */
    async reverse(db: Database, payment: TopUp & { writtenOffMicroAud: number }): Promise<number> {
      const { accountId, amountMicroAud, reference, reason, writtenOffMicroAud } = payment;
      const { available } = await lockBalance(db, accountId);
      const { availableChange, writtenOff } = reversalOf({
        reversed: amountMicroAud,
        available,
        writtenOffBefore: writtenOffMicroAud,
      });
      await record(db, { accountId, kind: 'reversal', reason, reference }, [
        { book: 'available', amountMicroAud: availableChange },
        { book: 'granted', amountMicroAud },
        { book: 'written_off', amountMicroAud: 0 - writtenOff },
      ]);
      return writtenOffMicroAud + writtenOff;
    },

    /**
     * Reserves the price of a job.
     * @throws ApiError 402 naming both amounts when the price is above the available balance
     */
    async hold(db: Database, job: JobCredit & { priceMicroAud: number }): Promise<void> {
      const { accountId, jobId, priceMicroAud } = job;
      if (!(await lockAvailable(db, accountId, priceMicroAud))) {
        const { available } = await findBalance(db, accountId);
        const price = formatAud(priceMicroAud);
        throw refusal('credits.price_above_balance', { price, available: formatAud(available) });
      }
      await record(db, { accountId, jobId, kind: 'hold', reason: 'price of the recording, held' }, [
        { book: 'available', amountMicroAud: 0 - priceMicroAud },
        { book: 'held', amountMicroAud: priceMicroAud },
      ]);
    },

    /**
     * Spends what is held for a job, now that its true price is known. What was held too much comes back; what was
     * held too little is taken from the balance as far as that goes and the rest written off.
     * @returns what the customer paid, in micro AUD
     */
    async settle(db: Database, job: JobCredit & { priceMicroAud: number }): Promise<number> {
      const { accountId, jobId, priceMicroAud } = job;
      const held = (await findHold(db, jobId)) ?? 0;
      const { available } = await lockBalance(db, accountId);
      const { charged, availableChange, writtenOff } = settlementOf({
        held,
        price: priceMicroAud,
        available,
      });
      await record(db, { accountId, jobId, kind: 'settle', reason: 'price of the finished transcript' }, [
        { book: 'held', amountMicroAud: 0 - held },
        { book: 'available', amountMicroAud: availableChange },
        { book: 'earned', amountMicroAud: charged },
      ]);
      if (writtenOff > 0) {
        const reason = 'the recording was longer than announced and the balance did not cover it';
        await record(db, { accountId, jobId, kind: 'write_off', reason }, [
          { book: 'earned', amountMicroAud: writtenOff },
          { book: 'written_off', amountMicroAud: 0 - writtenOff },
        ]);
      }
      return charged;
    },

    /** Gives back what is held for a job that will not be completed; a job that never held anything is left alone. */
    async release(db: Database, job: JobCredit & { reason: string }): Promise<void> {
      const { accountId, jobId, reason } = job;
      const held = await findHold(db, jobId);
      if (held === null) return;
      await record(db, { accountId, jobId, kind: 'release', reason }, [
        { book: 'held', amountMicroAud: 0 - held },
        { book: 'available', amountMicroAud: held },
      ]);
    },

    /** Gives back what a completed job was charged, or a part of it. The caller sees to it that it is no more. */
    async refund(db: Database, job: JobCredit & { amountMicroAud: number; reason: string }): Promise<void> {
      const { accountId, jobId, amountMicroAud, reason } = job;
      await record(db, { accountId, jobId, kind: 'refund', reason }, [
        { book: 'earned', amountMicroAud: 0 - amountMicroAud },
        { book: 'available', amountMicroAud },
      ]);
    },
  };
}

interface Movement {
  readonly accountId: string;
  readonly kind: LedgerKind;
  readonly reason: string;
  readonly jobId?: string;
  readonly reference?: string;
}

interface TopUp {
  readonly accountId: string;
  readonly amountMicroAud: number;
  readonly reference: string;
  readonly reason: string;
}
