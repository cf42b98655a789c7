import type { LedgerBook } from '../../infra/database/schema.ts';

const MS_PER_MINUTE = 60_000;

/** One line of a ledger transaction: what a book gains (or loses, when negative). */
export interface EntryAmount {
  readonly book: LedgerBook;
  readonly amountMicroAud: number;
}

/**
 * The price of a recording, by the millisecond, rounded half up to a micro AUD. Integer arithmetic throughout, exact
 * as long as twice duration times price stays below 2^53: for recordings of up to eight years at 0.016 AUD a minute.
 */
export function priceOfAudio(audio: { durationMs: number; microAudPerMinute: number }): number {
  const doubled = 2 * audio.durationMs * audio.microAudPerMinute + MS_PER_MINUTE;
  return (doubled - (doubled % (2 * MS_PER_MINUTE))) / (2 * MS_PER_MINUTE);
}

/** What becomes of a hold when the recording's true price is known. All amounts in micro AUD. */
export interface Settlement {
  /** Paid by the customer: the price, or as much of it as the hold and the balance allow. */
  readonly charged: number;
  /** What the balance changes by: positive when part of the hold comes back, negative when more is due. */
  readonly availableChange: number;
  /** The part of the price that nobody pays. */
  readonly writtenOff: number;
}

/** A recording can turn out longer than its header said; a balance still never goes below zero. */
export function settlementOf(amounts: { held: number; price: number; available: number }): Settlement {
  const due = amounts.price - amounts.held;
  const paidFromBalance = Math.min(due, amounts.available);
  return {
    charged: amounts.held + paidFromBalance,
    availableChange: 0 - paidFromBalance,
    writtenOff: due - paidFromBalance,
  };
}

/** What becomes of credit whose payment went back, or came again. All amounts in micro AUD. */
export interface Reversal {
  readonly availableChange: number;
  /** What the house loses by it; negative when it gets back what it lost before. */
  readonly writtenOff: number;
}

/**
 * Spent credit cannot be taken back: a balance never goes below zero. When the payment comes again, what was written off
 * of it is made good first.
 */
export function reversalOf(amounts: {
  /** What went back; negative for what came again. */
  reversed: number;
  available: number;
  writtenOffBefore: number;
}): Reversal {
  const { reversed, available, writtenOffBefore } = amounts;
  const writtenOff =
    reversed > 0 ? Math.max(0, reversed - available) : Math.max(reversed, 0 - writtenOffBefore);
  return { availableChange: writtenOff - reversed, writtenOff };
}
