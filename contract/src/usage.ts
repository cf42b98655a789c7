import { z } from 'zod';

const amountAud = z.number().describe('AUD, exact to a millionth.');

/** What an account has used and has left. */
export const usageSchema = z
  .object({
    credit_balance: amountAud.describe('What can be spent, in AUD.'),
    credit_held: amountAud.describe('What is reserved for jobs that have not ended, in AUD.'),
    currency: z.literal('AUD'),
    price_per_minute: amountAud,
    minimum_balance: amountAud.describe('A submission needs at least this much, in AUD.'),
    total_jobs: z.int().min(0),
    completed_jobs: z.int().min(0),
    failed_jobs: z.int().min(0),
    total_audio_seconds: z.number().min(0).describe('Of completed jobs.'),
    total_audio_minutes: z.number().min(0),
    total_cost: amountAud.describe(
      'What all jobs cost, in AUD: what they were charged less what was refunded.',
    ),
    daily: z
      .array(
        z.object({
          date: z.iso.date(),
          jobs: z.int().min(0),
          audio_minutes: z.number().min(0),
          cost: amountAud,
        }),
      )
      .describe('The last 30 days, today last, by the day a job was submitted, in the account’s time zone.'),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usageSchema>;
