import { statfs } from 'node:fs/promises';

import type { Overview } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import { wireTime } from '../../lib/clock.ts';
import { failingParts, type ReadinessChecks } from '../health/readiness.ts';
import type { Metrics } from '../metrics/metrics.service.ts';
import { countAccounts, findOldestOpen, sumLastDay } from './overview.store.ts';

export type OverviewOf = ReturnType<typeof createOverview>;

/** Whether all is well, at a glance. */
export function createOverview(parts: {
  database: Database;
  queue: Pick<TaskQueue, 'depths'>;
  metrics: Pick<Metrics, 'openJobs'>;
  readiness: ReadinessChecks;
  dataDir: string;
}) {
  const { database, queue, metrics, readiness, dataDir } = parts;
  return async (): Promise<Overview> => {
    const [failures, disk, accounts, openJobs, tasks, lastDay, oldestOpenAt] = await Promise.all([
      failingParts(readiness),
      statfs(dataDir),
      countAccounts(database),
      metrics.openJobs(),
      queue.depths(),
      sumLastDay(database),
      findOldestOpen(database),
    ]);
    return {
      failing: failures.map(({ part }) => part),
      disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
      accounts,
      openJobs,
      tasks,
      lastDay,
      oldestOpenAt: oldestOpenAt && wireTime(oldestOpenAt),
    };
  };
}
