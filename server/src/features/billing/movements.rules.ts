import type { Movement } from '@icana/contract/app';

import type { LedgerKind } from '../../infra/database/schema.ts';
import { wireTime } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import type { MovementPosition, MovementRow } from './movements.store.ts';

/** What a customer calls it. */
const TITLES: Readonly<Record<LedgerKind, string>> = {
  grant: 'Free credit',
  adjustment: 'Correction',
  top_up: 'Top-up',
  reversal: 'Payment returned',
  hold: 'Reserved for a recording',
  settle: 'Transcript',
  release: 'Reservation returned',
  write_off: 'Written off',
  refund: 'Refund for a recording',
};

/** Kinds whose reason says more than their title does. */
const EXPLAINED: ReadonlySet<LedgerKind> = new Set(['grant', 'adjustment', 'top_up', 'release', 'refund']);

/** @param available what could be spent after it; null where that is not known, because others are left out */
export function toMovement(row: MovementRow, available: number | null): Movement {
  const { id, kind, jobId, fileName } = row;
  return {
    id,
    at: wireTime(row.at),
    kind,
    title: kind === 'reversal' && row.availableChange > 0 ? 'Payment received again' : TITLES[kind],
    note: EXPLAINED.has(kind) ? row.reason : null,
    jobId: fileName === null ? null : jobId,
    fileName: jobId !== null && fileName === null ? 'a deleted recording' : fileName,
    availableChangeMicroAud: row.availableChange,
    heldChangeMicroAud: row.heldChange,
    availableMicroAud: available,
    receiptId: kind === 'top_up' && isUuid(row.reference ?? '') ? row.reference : null,
  };
}

export const writeMovementCursor = ({ at, entry, available }: MovementPosition): string =>
  Buffer.from([at.getTime(), entry, available].join('.')).toString('base64url');

/** The position that a cursor stands for, or null when it is none of ours. */
export function readMovementCursor(cursor: string): MovementPosition | null {
  const numbers = Buffer.from(cursor, 'base64url').toString('latin1').split('.').map(Number);
  const [time = Number.NaN, entry = Number.NaN, available = Number.NaN] = numbers;
  if (![time, entry, available].every(Number.isSafeInteger)) return null;
  const position = { at: new Date(time), entry, available };
  // The decoder passes over what it cannot read, and numbers can be written in many ways.
  return !Number.isNaN(position.at.getTime()) && writeMovementCursor(position) === cursor ? position : null;
}
