import type { UsageHistory } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import type { ApiKeys } from '../api-keys/api-keys.service.ts';
import { findPace, findPeriod, sumJobsByDay, sumJobsByKey, type JobSums, type Pace } from './usage.store.ts';

const NONE: JobSums = { jobs: 0, failed: 0, audioMs: 0, costMicroAud: 0 };

export type UsageHistories = ReturnType<typeof createUsageHistories>;

/** What an account has used, by day and by key: sums of one moment, so that they always agree. */
export function createUsageHistories(parts: {
  database: Database;
  clock: Clock;
  apiKeys: Pick<ApiKeys, 'list'>;
}) {
  const { database, clock, apiKeys } = parts;
  return {
    /** @param wanted.days how many days, the last of them today, as the account's time zone has them */
    async of(wanted: { accountId: string; days: number }): Promise<UsageHistory> {
      const { accountId } = wanted;
      const now = clock.now();
      const keys = new Map((await apiKeys.list(accountId)).map((key) => [key.id, key]));
      return await database
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (snapshot) => {
          const period = await findPeriod(snapshot, { ...wanted, now });
          const daily = await sumJobsByDay(snapshot, { ...wanted, now });
          const byKey = await sumJobsByKey(snapshot, period);
          const pace = await findPace(snapshot, period);
          return {
            timeZone: period.timeZone,
            total: daily.reduce<JobSums>(add, NONE),
            daily,
            byKey: byKey.map(({ keyId, ...sums }) => {
              const key = keyId === null ? undefined : keys.get(keyId);
              return { keyId, name: key?.name ?? 'Dashboard', masked: key?.masked ?? null, ...sums };
            }),
            pace: toPace(pace),
          };
        });
    },
  };
}

const add = (one: JobSums, other: JobSums): JobSums => ({
  jobs: one.jobs + other.jobs,
  failed: one.failed + other.failed,
  audioMs: one.audioMs + other.audioMs,
  costMicroAud: one.costMicroAud + other.costMicroAud,
});

function toPace({ running, longest, completed, slowestMs }: Pace): UsageHistory['pace'] {
  return {
    running,
    longest: longest && {
      id: longest.id,
      fileName: longest.original_filename,
      status: longest.status,
      since: wireTime(longest.created_at),
    },
    completed,
    slowestMs,
  };
}
