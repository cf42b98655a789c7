import { z } from 'zod';

import type { Task } from '../../infra/queue/task.ts';

/** The work on one recording. Queued in the transaction that submits its job, under the job's own id. */
export const transcribeTask: Task<{ jobId: string }> = {
  name: 'transcribe',
  payload: z.object({ jobId: z.uuid() }),
  retryLimit: 3,
  retryDelaySeconds: 2,
};

const MINUTE_MS = 60_000;

/** Short recordings overtake long ones: their senders are waiting, and it costs the others little. */
export function priorityOf(durationMs: number): number {
  if (durationMs <= 2 * MINUTE_MS) return 3;
  if (durationMs <= 10 * MINUTE_MS) return 2;
  return durationMs <= 60 * MINUTE_MS ? 1 : 0;
}
