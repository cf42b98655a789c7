import type { Usage } from '@icana/contract';

import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { toAud } from '../../lib/money.ts';
import type { Credits } from '../credits/credits.service.ts';
import { sumJobs, sumJobsByDay } from './usage.store.ts';

const DAYS = 30;

export type UsageReports = ReturnType<typeof createUsageReports>;

/** What an account has used and has left: balances and sums of one moment, so that they always agree. */
export function createUsageReports(parts: { database: Database; clock: Clock; credits: Credits }) {
  const { database, clock, credits } = parts;
  return {
    async of(accountId: string): Promise<Usage> {
      const { balance, totals, daily } = await database
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (snapshot) => ({
          balance: await credits.balance(accountId, snapshot),
          totals: await sumJobs(snapshot, accountId),
          daily: await sumJobsByDay(snapshot, { accountId, now: clock.now(), days: DAYS }),
        }));
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
        total_audio_minutes: totals.audioMs / 1000 / 60,
        total_cost: toAud(totals.costMicroAud),
        daily: daily.map((day) => ({
          date: day.date,
          jobs: day.jobs,
          audio_minutes: day.audioMs / 1000 / 60,
          cost: toAud(day.costMicroAud),
        })),
      };
    },
  };
}
