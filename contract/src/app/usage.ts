import { z } from 'zod';

import { oneOf } from '../query.ts';
import { JOB_STATUSES } from '../statuses.ts';
import { utcTime } from '../times.ts';

export const USAGE_PERIODS = ['30', '90', '365'] as const;

const sums = {
  jobs: z.int(),
  failed: z.int(),
  audioMs: z.int().describe('Of completed jobs.'),
  costMicroAud: z.int().describe('What was charged less what was refunded.'),
};

/** The query of `GET /app/usage`. */
export const usageQuerySchema = z.object({
  days: oneOf('days', USAGE_PERIODS).default('30').transform(Number),
});

/** The query of `GET /app/usage.csv`. */
export const usageTableQuerySchema = usageQuerySchema.extend({
  by: oneOf('by', ['day', 'key']).default('day'),
});

/** `GET /app/usage`: a number of days up to today, in the account's time zone. */
export const usageHistorySchema = z.object({
  timeZone: z.string(),
  total: z.object(sums),
  daily: z.array(z.object({ date: z.iso.date(), ...sums })).describe('Oldest first, days without jobs too.'),
  byKey: z
    .array(z.object({ keyId: z.uuid().nullable(), name: z.string(), masked: z.string().nullable(), ...sums }))
    .describe('The most audio first; without a key is what the dashboard sent.'),
  /** How long recordings take, from the first byte to the transcript. */
  pace: z.object({
    running: z.int(),
    longest: z
      .object({ id: z.uuid(), fileName: z.string(), status: z.enum(JOB_STATUSES), since: utcTime })
      .nullable()
      .describe('The running job that began first.'),
    completed: z.int().describe('Of the jobs of these days.'),
    slowestMs: z.int().nullable().describe('Of the completed jobs of these days.'),
  }),
});
export type UsageHistory = z.infer<typeof usageHistorySchema>;
