import type { Engine, SpeakerHint } from '@icana/engine';
import type { Logger } from 'pino';

import { persistently } from '../../../infra/database/persistently.ts';
import type { JobRow } from '../../../infra/database/schema.ts';
import type { TaskHandler } from '../../../infra/queue/task.ts';
import type { ObjectStorage } from '../../../infra/storage/object-storage.ts';
import type { JobAttempts } from './job-attempts.ts';
import { placeOf } from './job-chunks.ts';
import type { JobLifecycle } from '../job-lifecycle.ts';
import { engineDueOf } from './queue-order.ts';

/** Works on short recordings, each as a whole: fetch, transcribe, complete. */
export function createTranscribeHandler(parts: {
  attempts: JobAttempts;
  lifecycle: JobLifecycle;
  engine: Pick<Engine, 'transcribe'>;
  storage: Pick<ObjectStorage, 'lend'>;
  log: Logger;
  concurrency: number;
}): TaskHandler<{ jobId: string }> {
  const { attempts, lifecycle, engine, storage, log, concurrency } = parts;

  async function transcribe(job: JobRow, signal: AbortSignal): Promise<void> {
    const onProgress = attempts.throttled((fraction) => lifecycle.reportProgress(job.id, fraction));
    const due = engineDueOf(placeOf(job).dueAt);
    const transcript = await storage.lend(job.storage_key, async (path) =>
      engine.transcribe(
        { path, hint: hintOf(job), language: job.language, prompt: job.prompt ?? undefined },
        { signal, onProgress, due },
      ),
    );
    // The work is not thrown away because the database restarts in the moment it is done.
    if (await persistently(() => lifecycle.complete(job.id, transcript)))
      log.info({ jobId: job.id }, 'completed');
  }

  return {
    concurrency,

    async handle({ payload: { jobId }, signal }) {
      const job = await lifecycle.startProcessing(jobId);
      // A task is worked on once more when its worker died between the end of the job and the end of the task.
      if (!job) return;
      log.info({ jobId, attempt: job.attempts }, 'transcribing');
      await attempts.attempt({ jobId, signal }, (either) => transcribe(job, either));
    },

    onDead: ({ payload: { jobId }, reason }) => attempts.giveUp(jobId, reason),
  };
}

/** What the client has said of who speaks. */
export function hintOf(job: JobRow): SpeakerHint {
  return {
    numSpeakers: job.num_speakers ?? undefined,
    minSpeakers: job.min_speakers ?? undefined,
    maxSpeakers: job.max_speakers ?? undefined,
  };
}
