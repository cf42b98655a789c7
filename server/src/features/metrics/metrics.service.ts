import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Database } from '../../infra/database/schema.ts';
import type { TaskQueue } from '../../infra/queue/queue.ts';
import { engineGauge, openJobsGauge, queueGauge } from './gauges.ts';
import { countOpenJobs } from './metrics.store.ts';

/** From an answer out of memory to the upload of a long recording over a slow line. */
const REQUEST_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];

/** What a request is counted as. The route is its pattern, never its path: their number is that of the routes. */
interface RequestLabels {
  readonly method: string;
  readonly route: string;
}

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * What an operator watches, in a registry of this service's own. Nothing in it tells of a customer. What happens is
 * counted by the process in which it happens; what is waiting is asked of the database when somebody looks.
 */
export function createMetrics({ database, queue }: { database: Database; queue: Pick<TaskQueue, 'depths'> }) {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Histogram({
    name: 'icana_http_request_duration_seconds',
    help: 'Requests by method, route and status (or unfinished), from the first byte to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const requestsUnderWay = new Gauge({
    name: 'icana_http_requests_under_way',
    help: 'Requests that have not been answered to the end, by method and route.',
    labelNames: ['method', 'route'],
    registers,
  });
  const jobsEnded = new Counter({
    name: 'icana_jobs_ended_total',
    help: 'Jobs that this process has ended, without those that their owners deleted.',
    labelNames: ['status'],
    registers,
  });
  for (const status of ['completed', 'failed'] as const) jobsEnded.inc({ status }, 0);
  const audioSeconds = new Counter({
    name: 'icana_audio_transcribed_seconds_total',
    help: 'Audio of the jobs that this process has completed.',
    registers,
  });
  const webhookTries = new Counter({
    name: 'icana_webhook_tries_total',
    help: 'Tries to deliver a message to a webhook, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['delivered', 'failed'] as const) webhookTries.inc({ outcome }, 0);
  registry.registerMetric(openJobsGauge(database));
  registry.registerMetric(queueGauge(queue));

  return {
    contentType: registry.contentType,
    /** Everything, in Prometheus' text format. */
    text: async (): Promise<string> => await registry.metrics(),

    /** How many jobs of the deployment have not ended, by status; a status without jobs is left out. */
    openJobs: async () => await countOpenJobs(database),

    requestBegan: (labels: RequestLabels) => requestsUnderWay.inc({ ...labels }),
    requestEnded(labels: RequestLabels, end: { status: string; seconds: number }) {
      requestsUnderWay.dec({ ...labels });
      requests.observe({ ...labels, status: end.status }, end.seconds);
    },
    jobCompleted(durationSeconds: number) {
      jobsEnded.inc({ status: 'completed' });
      audioSeconds.inc(durationSeconds);
    },
    jobFailed: () => jobsEnded.inc({ status: 'failed' }),
    webhookTried: (outcome: 'delivered' | 'failed') => webhookTries.inc({ outcome }),

    /** Adds memory, processor time, event loop and garbage collection of this process. Watches until it ends. */
    watchProcess: () => collectDefaultMetrics({ register: registry }),
    /** Adds the number of living engine processes. */
    watchEngine: (engine: { pids(): readonly number[] }) => registry.registerMetric(engineGauge(engine)),
  };
}
