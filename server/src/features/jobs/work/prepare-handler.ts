import type { Engine } from '@icana/engine';
import type { Logger } from 'pino';

import type { JobRow } from '../../../infra/database/schema.ts';
import type { TaskHandler } from '../../../infra/queue/task.ts';
import type { ObjectStorage } from '../../../infra/storage/object-storage.ts';
import type { JobAttempts } from './job-attempts.ts';
import { placeOf, type JobChunks } from './job-chunks.ts';
import type { JobLifecycle } from '../job-lifecycle.ts';
import { firstPartEndOf } from './job-tasks.ts';
import { dueOfPart, engineDueOf } from './queue-order.ts';
import { hintOf } from './transcribe-handler.ts';

/** One is read while another's speakers are told apart; both are long, and the engine does one at a time on two cores. */
const CONCURRENCY = 2;

/**
 * Reads long recordings: queues their chunks as they become final, and tells their speakers apart. The words are made
 * by whoever takes the chunks, meanwhile and after.
 */
export function createPrepareHandler(parts: {
  attempts: JobAttempts;
  lifecycle: JobLifecycle;
  chunks: JobChunks;
  engine: Pick<Engine, 'prepare'>;
  storage: Pick<ObjectStorage, 'lend'>;
  log: Logger;
}): TaskHandler<{ jobId: string }> {
  const { attempts, lifecycle, chunks, engine, storage, log } = parts;

  async function prepare(job: JobRow, signal: AbortSignal): Promise<void> {
    const place = placeOf(job);
    const prepared = await storage.lend(job.storage_key, async (path) =>
      engine.prepare(
        { path, hint: hintOf(job) },
        {
          signal,
          due: engineDueOf(dueOfPart(place, firstPartEndOf(place.durationMs))),
          onProgress: attempts.throttled((share) => chunks.noteReading(job.id, share)),
          onChunk: (chunk) => chunks.add(job, chunk),
        },
      ),
    );
    const completed = await chunks.keepPrepared(job.id, prepared);
    log.info({ jobId: job.id, chunks: prepared.chunkCount }, completed ? 'completed' : 'prepared');
  }

  return {
    concurrency: CONCURRENCY,

    async handle({ payload: { jobId }, signal }) {
      const job = await lifecycle.startProcessing(jobId);
      // Done once more when its worker died between the end of the work and the end of the task.
      if (!job || (await chunks.isPrepared(jobId))) return;
      log.info({ jobId, attempt: job.attempts }, 'preparing');
      await attempts.attempt({ jobId, signal }, (either) => prepare(job, either));
    },

    async onDead({ payload: { jobId }, reason }) {
      // The last try may have kept what it prepared before it broke off: the rest is up to the chunks.
      if (!(await chunks.isPrepared(jobId))) await attempts.giveUp(jobId, reason);
    },
  };
}
