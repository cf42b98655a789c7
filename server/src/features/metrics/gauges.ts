import { OPEN_STATUSES } from '@icana/contract';
import { Gauge } from 'prom-client';

import type { Database } from '../../infra/database/schema.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import { countOpenJobs } from './metrics.store.ts';

/*
 * What is asked when somebody looks. What cannot be answered at the moment is left out: with the database out of reach
 * everything else is still worth seeing.
 */

export const openJobsGauge = (database: Database): Gauge =>
  new Gauge({
    name: 'icana_jobs_open',
    help: 'Jobs of the whole deployment that have not ended, by status; uploading ones are uploads under way.',
    labelNames: ['status'],
    registers: [],
    async collect() {
      this.reset();
      const counts = await countOpenJobs(database).catch(() => null);
      if (counts === null) return;
      for (const status of OPEN_STATUSES) this.set({ status }, 0);
      for (const { status, count } of counts) this.set({ status }, count);
    },
  });

export const queueGauge = (queue: Pick<TaskQueue, 'depths'>): Gauge =>
  new Gauge({
    name: 'icana_queue_tasks',
    help: 'Tasks of the whole deployment, by kind, waiting (for their turn or a retry) or active.',
    labelNames: ['task', 'state'],
    registers: [],
    async collect() {
      this.reset();
      for (const { task, waiting, active } of await queue.depths().catch(() => [])) {
        this.set({ task, state: 'waiting' }, waiting);
        this.set({ task, state: 'active' }, active);
      }
    },
  });

export const engineGauge = (engine: { pids(): readonly number[] }): Gauge =>
  new Gauge({
    name: 'icana_engine_processes',
    help: 'Engine processes that are alive; they start with the first work.',
    registers: [],
    collect() {
      this.set(engine.pids().length);
    },
  });
