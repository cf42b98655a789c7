import { createReadStream } from 'node:fs';
import { isTerminal } from '@icana/contract';
import {
  composeTranscript,
  fractionDone,
  type Chunk,
  type PreparedRecording,
  type RecognisedChunk,
  type Transcript,
} from '@icana/engine';
import type { Logger } from 'pino';

import { persistently } from '../../../infra/database/persistently.ts';
import type { Database, JobRow } from '../../../infra/database/schema.ts';
import type { TaskQueue } from '../../../infra/queue/queue.ts';
import { ObjectMissing, type ObjectStorage } from '../../../infra/storage/object-storage.ts';
import type { Clock } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import {
  deleteChunks,
  deletePreparations,
  findPrepared,
  findResults,
  findWanted,
  holdDone,
  listChunks,
  listJobsWithRemains,
  markQueued,
  noteChunk,
  raiseReadShare,
  raiseShare,
  readProgress,
  setPrepared,
  setResult,
  type ChunkRef,
  type ChunkTask,
  type WantedChunk,
} from './job-chunks.store.ts';
import type { JobLifecycle } from '../job-lifecycle.ts';
import { recogniseTask } from './job-tasks.ts';
import { lockJob } from '../jobs.store.ts';
import { dueOfPart, priorityOf } from './queue-order.ts';

/** Longer than a worker goes on with a job that has ended without knowing, or with a lease that it has lost. */
const WORKERS_STOP_WITHIN_MS = 30_000;

const keyOf = ({ jobId, number }: ChunkRef): string => `chunks/${jobId}-${number}`;

export type JobChunks = ReturnType<typeof createJobChunks>;

/**
 * The parts of a long recording's job that are worked on apart. Each is kept when it is done, by whichever worker; the
 * transaction that keeps the last one also completes the job. Everything may be done twice and counts once.
 */
export function createJobChunks(parts: {
  database: Database;
  clock: Clock;
  lifecycle: Pick<JobLifecycle, 'advance' | 'reportProgress'>;
  queue: Pick<TaskQueue, 'send'>;
  storage: Pick<ObjectStorage, 'put' | 'lend' | 'delete'>;
  log: Logger;
}) {
  const { database, clock, lifecycle, queue, storage, log } = parts;

  /** Sends a chunk's task, if that has not been done. False when the job has ended. */
  async function send(chunk: ChunkRef, dueAt: Date): Promise<boolean> {
    return await database.transaction().execute(async (trx) => {
      // So that what withdraws the tasks of a job that ends knows of this one.
      const job = await lockJob(trx, chunk.jobId);
      if (!job || isTerminal(job.status)) return false;
      const id = await markQueued(trx, chunk, clock.now());
      if (id !== undefined) await queue.send(trx, recogniseTask, chunk, { priority: priorityOf(dueAt), id });
      return true;
    });
  }

  async function removeAudio(chunk: ChunkRef): Promise<void> {
    await storage.delete(keyOf(chunk));
  }

  /** What to do when a removal fails: the sweep removes all that is left. */
  function leaveToSweep({ jobId }: ChunkRef): (err: unknown) => void {
    return (err) => log.warn({ err, jobId }, 'the audio of a chunk is still stored: it is removed later');
  }

  /**
   * Removes the audio of a chunk whose task is done. Where another version cuts elsewhere, it changes the chunk's row and
   * then stores its own audio in the same place: holding the row meanwhile makes sure that it is not this that goes.
   */
  async function removeAudioOfDone(chunk: ChunkTask): Promise<void> {
    await database.transaction().execute(async (trx) => {
      if (await holdDone(trx, chunk)) await removeAudio(chunk);
    });
  }

  /** Progress is for looking at: what was done is not done again because of it. */
  async function noteProgress(jobId: string): Promise<void> {
    try {
      await lifecycle.reportProgress(jobId, fractionDone(await readProgress(database, jobId)));
    } catch (err) {
      log.warn({ err, jobId }, 'progress was not noted');
    }
  }

  return {
    /** Stores a chunk's audio and queues its task. Does nothing for one that an earlier attempt has queued. */
    async add(job: JobRow, { number, path, start, end, speechSeconds }: Chunk): Promise<void> {
      const chunk = { jobId: job.id, number };
      const dueAt = dueOfPart(placeOf(job), end * 1000);
      const stretch = { startSeconds: start, endSeconds: end, speechSeconds };
      if (await noteChunk(database, { ...chunk, ...stretch, taskId: newId(), dueAt })) return;
      await storage.put(keyOf(chunk), createReadStream(path));
      const isWanted = await persistently(() => send(chunk, dueAt));
      if (!isWanted) await removeAudio(chunk).catch(leaveToSweep(chunk));
    },

    /** Whether all but the words of the recording is known. */
    isPrepared: async (jobId: string): Promise<boolean> => (await findPrepared(database, jobId)) !== null,

    /** When a task's chunk is due, and how it is to be recognised; undefined when nobody waits for it. */
    wanted: async (chunk: ChunkTask): Promise<WantedChunk | undefined> => await findWanted(database, chunk),

    /** Lends a chunk's audio as a file. */
    async lend<Result>(chunk: ChunkRef, use: (path: string) => Promise<Result>): Promise<Result> {
      return await storage.lend(keyOf(chunk), use).catch((cause: unknown) => {
        if (!(cause instanceof ObjectMissing)) throw cause;
        // Most likely another attempt has done it meanwhile: the next finds nothing to do, and no recording is lost.
        throw new Error(`chunk ${chunk.number} of job ${chunk.jobId} is not stored`, { cause });
      });
    },

    /** @returns whether this was the last part that was missing, and the job is completed */
    async keepResult(chunk: ChunkTask, result: RecognisedChunk): Promise<boolean> {
      const completed = await persistently(() =>
        lifecycle.advance(chunk.jobId, async (trx) => {
          await setResult(trx, chunk, result);
          return await compose(trx, chunk.jobId);
        }),
      );
      await removeAudioOfDone(chunk).catch(leaveToSweep(chunk));
      if (!completed) await noteProgress(chunk.jobId);
      return completed;
    },

    /** @returns whether this was the last part that was missing, and the job is completed */
    async keepPrepared(jobId: string, recording: PreparedRecording): Promise<boolean> {
      const completed = await persistently(() =>
        lifecycle.advance(jobId, async (trx) => {
          await setPrepared(trx, jobId, recording);
          return await compose(trx, jobId);
        }),
      );
      if (!completed) await noteProgress(jobId);
      return completed;
    },

    async noteReading(jobId: string, share: number): Promise<void> {
      await raiseReadShare(database, jobId, share);
      await noteProgress(jobId);
    },

    async noteRecognising(chunk: ChunkTask, share: number): Promise<void> {
      await raiseShare(database, chunk, share);
      await noteProgress(chunk.jobId);
    },

    /** Removes what audio is stored of a job's chunks. What a worker that has not heard yet stores, the sweep removes. */
    async removeAudioOf(jobId: string): Promise<void> {
      for (const chunk of await listChunks(database, jobId)) await removeAudio(chunk);
    },

    /** Removes what is left of the chunks of jobs that have ended. Run it now and then, anywhere. */
    async sweep(): Promise<void> {
      const before = new Date(clock.now().getTime() - WORKERS_STOP_WITHIN_MS);
      for (const jobId of await listJobsWithRemains(database, before)) {
        for (const chunk of await listChunks(database, jobId)) await removeAudio(chunk);
        await deleteChunks(database, jobId);
      }
      await deletePreparations(database, before);
    },
  };
}

/** The place in the queue of a job that was submitted. */
export function placeOf({ due_at: dueAt, probed_duration_ms: durationMs }: JobRow) {
  if (dueAt === null || durationMs === null) throw new Error('A job that was submitted has a place.');
  return { dueAt, durationMs };
}

/** The job's transcript, if no part of it is missing. */
async function compose(trx: Database, jobId: string): Promise<Transcript | null> {
  const prepared = await findPrepared(trx, jobId);
  const results = prepared && (await findResults(trx, { jobId, chunkCount: prepared.chunkCount }));
  return results ? composeTranscript(prepared, results) : null;
}
