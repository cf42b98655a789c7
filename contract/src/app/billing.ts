import { z } from 'zod';

import { oneOf, once, wholeNumber } from '../query.ts';
import { utcTime } from '../times.ts';

const microAud = z.int().describe('In integers of 1e-6 AUD.');

/** How credit is added: by card, as a test that takes no money, or by the operator alone. */
export const TOP_UP_MODES = ['stripe', 'test', 'none'] as const;

/** `open` until its page was used, `processing` while a bank is at it; `mismatched`: paid, but not what was asked for. */
export const PAYMENT_STATUSES = ['open', 'processing', 'paid', 'failed', 'expired', 'mismatched'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

const paymentSchema = z.object({
  id: z.uuid(),
  status: z.enum(PAYMENT_STATUSES),
  amountMicroAud: microAud,
  createdAt: utcTime,
});
export type Payment = z.infer<typeof paymentSchema>;

/** `GET /app/billing`: what there is, what it costs, and how to get more. */
export const billingSchema = z.object({
  availableMicroAud: microAud,
  heldMicroAud: microAud,
  microAudPerMinute: microAud,
  minimumMicroAud: microAud.describe('A submission needs at least this much.'),
  lowBalanceMicroAud: microAud.nullable().describe('Below this a mail is sent; null: never.'),
  topUp: z.object({ mode: z.enum(TOP_UP_MODES), leastMicroAud: microAud, mostMicroAud: microAud }),
  pending: z
    .array(paymentSchema)
    .describe('Payments of the last days that have not been credited, newest first.'),
});
export type Billing = z.infer<typeof billingSchema>;

/** The body of `POST /app/billing/top-ups`. Whole cents: nobody can pay less. */
export const newTopUpSchema = z.object({ amountCents: z.int('amountCents must be a whole number of cents') });

/** Its answer: where to pay, or null when the credit is there already. */
export const openedTopUpSchema = z.object({ id: z.uuid(), payAt: z.string().nullable() });
export type OpenedTopUp = z.infer<typeof openedTopUpSchema>;

/** The body of `PUT /app/billing/low-balance`. */
export const lowBalanceSchema = z.object({
  lowBalanceMicroAud: z
    .int()
    .min(0, 'the amount must not be negative')
    .max(10_000_000_000, 'the amount must be at most AUD 10,000')
    .nullable(),
});
export type LowBalance = z.infer<typeof lowBalanceSchema>;

/** What the movements can be narrowed down to: those that brought credit or took it, without those of jobs. */
export const MOVEMENT_FILTERS = ['all', 'credit'] as const;

/** The query of `GET /app/billing/ledger`. */
export const ledgerQuerySchema = z.object({
  show: oneOf('show', MOVEMENT_FILTERS).default('all'),
  limit: wholeNumber('limit', { min: 1, max: 100 }).default(25),
  cursor: once('cursor').optional(),
});

/** One movement of the balance. */
export const movementSchema = z.object({
  id: z.uuid(),
  at: utcTime,
  kind: z.string(),
  title: z.string().describe('What it is, in plain words.'),
  note: z.string().nullable().describe('Why, where there is more to say than the title.'),
  jobId: z.uuid().nullable().describe('The job it is about, when that can still be looked at.'),
  fileName: z.string().nullable(),
  availableChangeMicroAud: microAud,
  heldChangeMicroAud: microAud,
  availableMicroAud: microAud
    .nullable()
    .describe('What could be spent after it; null where movements are left out.'),
  receiptId: z.uuid().nullable(),
});
export type Movement = z.infer<typeof movementSchema>;

/** `GET /app/billing/ledger`, newest first. */
export const ledgerSchema = z.object({
  movements: z.array(movementSchema),
  nextCursor: z.string().nullable(),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** `GET /app/billing/receipts/{id}`. */
export const receiptSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  paidAt: utcTime,
  amountMicroAud: microAud,
  reversedMicroAud: microAud.describe('What of it went back since.'),
  method: z.enum(['stripe', 'test']),
  payer: z.string(),
  reference: z.string().nullable().describe('The name of the payment at the payment service.'),
  seller: z
    .object({ name: z.string(), address: z.array(z.string()), taxId: z.string().nullable() })
    .nullable(),
});
export type Receipt = z.infer<typeof receiptSchema>;
