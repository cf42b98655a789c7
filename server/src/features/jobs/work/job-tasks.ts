import { z } from 'zod';

import type { Task } from '../../../infra/queue/task.ts';

/*
 * The kinds of work on a job. A short recording is done as a whole, by one task. A long one is prepared by one task,
 * which sends another for each of its chunks.
 */

const tries = { retryLimit: 3, retryDelaySeconds: 2 };

/** The work on one recording as a whole. Queued in the transaction that submits its job, under the job's own id. */
export const transcribeTask: Task<{ jobId: string }> = {
  name: 'transcribe',
  payload: z.object({ jobId: z.uuid() }),
  ...tries,
};

/** The work on a long recording but for its words. Queued like {@link transcribeTask}, instead of it. */
export const prepareTask: Task<{ jobId: string }> = { ...transcribeTask, name: 'prepare' };

/** The words of one chunk. */
export const recogniseTask: Task<{ jobId: string; number: number }> = {
  name: 'recognise',
  payload: z.object({ jobId: z.uuid(), number: z.int() }),
  ...tries,
};

/** Of a job that is not yet ended there is always a task of one of these kinds. */
export const JOB_TASKS = [transcribeTask, prepareTask, recogniseTask];

/** What is longer than a chunk would lose more than a chunk when its worker dies, and leave other workers idle. */
const WHOLE_UP_TO_MS = 150_000;

/** The first part of a long recording: once it is read, others can begin. */
const FIRST_PART_MS = 30_000;

/** Where the part of a recording ends for which its first task is due. */
export const firstPartEndOf = (durationMs: number): number =>
  durationMs > WHOLE_UP_TO_MS ? FIRST_PART_MS : durationMs;

/** The task with which a recording of this length begins. */
export const firstTaskOf = (durationMs: number): Task<{ jobId: string }> =>
  durationMs > WHOLE_UP_TO_MS ? prepareTask : transcribeTask;
