import type { Ledger, Movement, Receipt } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { wireTime } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Credits } from '../credits/credits.service.ts';
import { readMovementCursor, toMovement, writeMovementCursor } from './movements.rules.ts';
import { listMovements, type MovementPosition } from './movements.store.ts';
import { receiptNumber } from './payments.rules.ts';
import { findPayment } from './payments.store.ts';

/** Who sells here, as receipts name them. */
export interface Seller {
  readonly name: string;
  readonly address: readonly string[];
  readonly taxId: string | null;
}

interface WantedMovements {
  readonly accountId: string;
  readonly show: 'all' | 'credit';
  readonly limit: number;
}

const ROWS_AT_ONCE = 500;

export type Statements = ReturnType<typeof createStatements>;

/** What customers read of the books: every movement of their balance, and the receipts of what they paid. */
export function createStatements(parts: {
  database: Database;
  credits: Pick<Credits, 'balance'>;
  seller: Seller | null;
}) {
  const { database, credits, seller } = parts;

  /**
   * A page of movements. Behind the newest stands what can be spent now, and behind each the sum before the next newer
   * one: nothing is added up from the beginning, however many there are.
   */
  async function read(wanted: WantedMovements & { before: MovementPosition | null }) {
    return await database
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (snapshot) => {
        // One more than asked for tells whether there is another page.
        const rows = await listMovements(snapshot, { ...wanted, limit: wanted.limit + 1 });
        let available =
          wanted.before?.available ?? (await credits.balance(wanted.accountId, snapshot)).available;
        const movements: Movement[] = [];
        let end: MovementPosition | null = null;
        for (const row of rows.slice(0, wanted.limit)) {
          movements.push(toMovement(row, wanted.show === 'all' ? available : null));
          if (wanted.show === 'all') available -= row.availableChange;
          end = { at: row.at, entry: row.entry, available };
        }
        return { movements, next: rows.length > wanted.limit ? end : null };
      });
  }

  return {
    /** @throws ApiError 400 when the cursor is not one that a page gave */
    async ledger(wanted: WantedMovements & { cursor?: string | undefined }): Promise<Ledger> {
      const before = wanted.cursor === undefined ? null : readMovementCursor(wanted.cursor);
      if (wanted.cursor !== undefined && before === null) {
        throw refusal('request.malformed', { problem: 'cursor must be the nextCursor of another page' });
      }
      const { movements, next } = await read({ ...wanted, before });
      return { movements, nextCursor: next && writeMovementCursor(next) };
    },

    /** All movements of an account, newest first, as many at a time as fit into memory. */
    async *everyMovement(accountId: string): AsyncGenerator<Movement> {
      let before: MovementPosition | null = null;
      do {
        const page: Awaited<ReturnType<typeof read>> = await read({
          accountId,
          show: 'all',
          limit: ROWS_AT_ONCE,
          before,
        });
        yield* page.movements;
        before = page.next;
      } while (before);
    },

    /** @throws ApiError 404 when the account has no such payment, or nothing was paid */
    async receipt(wanted: { accountId: string; id: string }): Promise<Receipt> {
      const payment = isUuid(wanted.id) ? await findPayment(database, wanted) : undefined;
      if (!payment?.paid_at || payment.receipt_number === null) throw refusal('payments.not_found');
      return {
        id: payment.id,
        number: receiptNumber(payment.receipt_number),
        paidAt: wireTime(payment.paid_at),
        amountMicroAud: payment.amount_micro_aud,
        reversedMicroAud: payment.reversed_micro_aud,
        method: payment.method,
        payer: payment.payer_email,
        reference: payment.payment_intent_id,
        seller: seller && { ...seller, address: [...seller.address] },
      };
    },
  };
}
