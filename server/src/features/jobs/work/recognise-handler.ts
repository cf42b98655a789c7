import type { Engine } from '@icana/engine';
import type { Logger } from 'pino';

import type { TaskHandler } from '../../../infra/queue/task.ts';
import type { JobAttempts } from './job-attempts.ts';
import type { JobChunks } from './job-chunks.ts';
import { engineDueOf } from './queue-order.ts';

/** A chunk has some seven windows, each for one engine process. */
const PROCESSES_PER_CHUNK = 6;

/** Recognises chunks of long recordings, of whatever job and whoever has prepared it. */
export function createRecogniseHandler(parts: {
  attempts: JobAttempts;
  chunks: JobChunks;
  engine: Pick<Engine, 'recogniseChunk'>;
  log: Logger;
  engineProcesses: number;
}): TaskHandler<{ jobId: string; number: number }> {
  const { attempts, chunks, engine, log, engineProcesses } = parts;

  return {
    // One more than keeps all processes busy, so that none idles between two chunks. The earlier goes first: of those
    // after it little is lost when this process dies.
    concurrency: Math.ceil(engineProcesses / PROCESSES_PER_CHUNK) + 1,

    async handle({ taskId, payload, signal }) {
      const chunk = { ...payload, taskId };
      const wanted = await chunks.wanted(chunk);
      if (!wanted) return;
      const { dueAt, language, prompt } = wanted;
      const onProgress = attempts.throttled((share) => chunks.noteRecognising(chunk, share));
      await attempts.attempt({ jobId: chunk.jobId, signal }, async (either) => {
        const result = await chunks.lend(chunk, async (path) =>
          engine.recogniseChunk(
            { path, language, prompt: prompt ?? undefined },
            { signal: either, due: engineDueOf(dueAt), onProgress },
          ),
        );
        if (await chunks.keepResult(chunk, result)) log.info({ jobId: chunk.jobId }, 'completed');
      });
    },

    async onDead({ taskId, payload, reason }) {
      // The last try may have kept its result before it broke off, or the chunk have another task by now.
      if (await chunks.wanted({ ...payload, taskId })) await attempts.giveUp(payload.jobId, reason);
    },
  };
}
