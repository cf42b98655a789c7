import type { Usage } from '@icana/contract';

import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { toAud } from '../../lib/money.ts';
import type { Credits } from '../credits/credits.service.ts';
import { sumJobs, sumJobsByDay } from './usage.store.ts';

const DAYS = 30;

export type UsageReports = ReturnType<typeof createUsageReports>;

/** What an account has used and has left. */
export function createUsageReports(parts: { database: Database; clock: Clock; credits: Credits }) {
  const { database, clock, credits } = parts;
  return {
    async of(accountId: string): Promise<Usage> {
      const today = clock.now().toISOString().slice(0, 10);
      const [balance, totals, daily] = await Promise.all([
        credits.balance(accountId),
        sumJobs(database, accountId),
        sumJobsByDay(database, { accountId, today, days: DAYS }),
      ]);
      return {
        credit_balance: toAud(balance.available),
        credit_held: toAud(balance.held),
        currency: 'AUD',
        price_per_minute: toAud(credits.pricing.microAudPerMinute),
        minimum_balance: toAud(credits.pricing.minimumMicroAud),
        total_jobs: totals.jobs,
        completed_jobs: totals.completed,
        failed_jobs: totals.failed,
        total_audio_seconds: totals.audioMs / 1000,
        total_audio_minutes: totals.audioMs / 60_000,
        total_cost: toAud(totals.chargedMicroAud),
        daily: daily.map((day) => ({
          date: day.date,
          jobs: day.jobs,
          audio_minutes: day.audioMs / 60_000,
          cost: toAud(day.chargedMicroAud),
        })),
      };
    },
  };
}
