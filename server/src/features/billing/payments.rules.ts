import type { PaymentStatus } from '@icana/contract/app';

import type { ChargedAmount } from '../../infra/payments/payment-service.ts';

const MICRO_AUD_PER_CENT = 10_000;

/** What one can add at a time: less is eaten up by fees, more is a matter for a talk. */
export const LEAST_TOP_UP_CENTS = 500;
export const MOST_TOP_UP_CENTS = 100_000;

export const microAudOfCents = (cents: number): number => cents * MICRO_AUD_PER_CENT;

/** In micro AUD; null for an amount in another currency. */
export const microAudOf = ({ cents, currency }: ChargedAmount): number | null =>
  currency.toLowerCase() === 'aud' ? microAudOfCents(cents) : null;

/**
 * From which statuses a payment can get to another. Reports come late, twice and in any order: what is known for sure is
 * not taken back by what was known before. Money that has arrived after all counts whatever was said of it.
 */
export const STATUS_BEFORE = {
  processing: ['open'],
  failed: ['open', 'processing'],
  expired: ['open'],
  mismatched: ['open', 'processing', 'failed', 'expired'],
  paid: ['open', 'processing', 'failed', 'expired'],
} as const satisfies Record<string, readonly PaymentStatus[]>;

/** How receipts are numbered: `R-000042`. */
export const receiptNumber = (number: number): string => `R-${String(number).padStart(6, '0')}`;
