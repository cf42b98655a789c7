import type { PreparedRecording, RecognisedChunk } from '@icana/engine';
import { sql } from 'kysely';

import type { Database } from '../../../infra/database/schema.ts';

/** A chunk of a job's recording, by its number. */
export interface ChunkRef {
  readonly jobId: string;
  readonly number: number;
}

/** The task that recognises a chunk. Where another version cuts the recording elsewhere, the chunk gets another. */
export interface ChunkTask extends ChunkRef {
  readonly taskId: string;
}

/** A chunk that is about to be stored. */
export interface NewChunk extends ChunkTask {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speechSeconds: number;
  readonly dueAt: Date;
}

/**
 * Notes a chunk before its audio is stored. One that an earlier attempt has noted stays as it is, unless that was of
 * another stretch of the recording.
 * @returns when its task was queued, if it was
 */
export async function noteChunk(db: Database, chunk: NewChunk): Promise<Date | null> {
  const { rows } = await sql<{ queuedAt: Date | null }>`
    insert into job_chunks as noted
      (job_id, number, task_id, start_seconds, end_seconds, speech_seconds, due_at)
    values (${chunk.jobId}, ${chunk.number}, ${chunk.taskId}, ${chunk.startSeconds}, ${chunk.endSeconds},
      ${chunk.speechSeconds}, ${chunk.dueAt})
    on conflict (job_id, number) do update set
      task_id = excluded.task_id, start_seconds = excluded.start_seconds, end_seconds = excluded.end_seconds,
      speech_seconds = excluded.speech_seconds, due_at = excluded.due_at,
      recognised_share = 0, queued_at = null, result = null
      where (noted.start_seconds, noted.end_seconds) <> (excluded.start_seconds, excluded.end_seconds)
    returning queued_at as "queuedAt"`.execute(db);
  if (rows[0]) return rows[0].queuedAt;
  const same = await db
    .selectFrom('job_chunks')
    .select('queued_at')
    .where('job_id', '=', chunk.jobId)
    .where('number', '=', chunk.number)
    .executeTakeFirst();
  return same?.queued_at ?? null;
}

/** How a chunk is to be recognised, and when it is due. */
export interface WantedChunk {
  readonly dueAt: Date;
  readonly language: string;
  readonly prompt: string | null;
}

/** The chunk that a task is still to recognise; undefined when nobody waits for it. */
export async function findWanted(
  db: Database,
  { jobId, number, taskId }: ChunkTask,
): Promise<WantedChunk | undefined> {
  return await db
    .selectFrom('job_chunks')
    .innerJoin('jobs', 'jobs.id', 'job_chunks.job_id')
    .select(['job_chunks.due_at as dueAt', 'jobs.language', 'jobs.prompt'])
    .where('job_id', '=', jobId)
    .where('number', '=', number)
    .where('task_id', '=', taskId)
    .where('result', 'is', null)
    .where('jobs.status', '=', 'processing')
    .executeTakeFirst();
}

/** Notes that the chunk's task is sent, and answers with the id it is to have; undefined when it was sent before. */
export async function markQueued(db: Database, chunk: ChunkRef, at: Date): Promise<string | undefined> {
  const row = await db
    .updateTable('job_chunks')
    .set({ queued_at: at })
    .where('job_id', '=', chunk.jobId)
    .where('number', '=', chunk.number)
    .where('queued_at', 'is', null)
    .returning('task_id')
    .executeTakeFirst();
  return row?.task_id;
}

export async function raiseShare(
  db: Database,
  { jobId, number, taskId }: ChunkTask,
  share: number,
): Promise<void> {
  await db
    .updateTable('job_chunks')
    .set({ recognised_share: share })
    .where('job_id', '=', jobId)
    .where('number', '=', number)
    .where('task_id', '=', taskId)
    .where('recognised_share', '<', share)
    .execute();
}

/** Keeps what a chunk's task has brought; nothing when the chunk has another task by now. */
export async function setResult(
  db: Database,
  { jobId, number, taskId }: ChunkTask,
  result: RecognisedChunk,
): Promise<void> {
  await db
    .updateTable('job_chunks')
    .set({ result: JSON.stringify(result), recognised_share: 1 })
    .where('job_id', '=', jobId)
    .where('number', '=', number)
    .where('task_id', '=', taskId)
    .execute();
}

/**
 * Holds a chunk as it is for the rest of the transaction, once nobody needs its audio: its task has brought the result,
 * or the job has ended. Nothing is held of one that has another task by now.
 * @returns whether it is held
 */
export async function holdDone(trx: Database, { jobId, number, taskId }: ChunkTask): Promise<boolean> {
  const row = await trx
    .selectFrom('job_chunks')
    .innerJoin('jobs', 'jobs.id', 'job_chunks.job_id')
    .select('number')
    .where('job_id', '=', jobId)
    .where('number', '=', number)
    .where('task_id', '=', taskId)
    .where((is) => is.or([is('result', 'is not', null), is('jobs.completed_at', 'is not', null)]))
    .forUpdate('job_chunks')
    .executeTakeFirst();
  return row !== undefined;
}

/** The results of all chunks in order; undefined while one is missing. */
export async function findResults(
  db: Database,
  { jobId, chunkCount }: { jobId: string; chunkCount: number },
): Promise<RecognisedChunk[] | undefined> {
  const { present } = await db
    .selectFrom('job_chunks')
    .select(({ fn }) => fn.count<string>('result').as('present'))
    .where('job_id', '=', jobId)
    .where('number', '<', chunkCount)
    .executeTakeFirstOrThrow();
  if (Number(present) < chunkCount) return undefined;
  const rows = await db
    .selectFrom('job_chunks')
    .select('result')
    .where('job_id', '=', jobId)
    .where('number', '<', chunkCount)
    .orderBy('number')
    .execute();
  return rows.flatMap(({ result }) => result ?? []);
}

export async function raiseReadShare(db: Database, jobId: string, share: number): Promise<void> {
  await sql`
    insert into job_preparations (job_id, read_share)
    select id, ${share}::real from jobs where id = ${jobId} and status = 'processing'
    on conflict (job_id) do update
      set read_share = greatest(job_preparations.read_share, excluded.read_share)`.execute(db);
}

export async function setPrepared(db: Database, jobId: string, recording: PreparedRecording): Promise<void> {
  const prepared = { read_share: 1, recording: JSON.stringify(recording) };
  await db
    .insertInto('job_preparations')
    .values({ job_id: jobId, ...prepared })
    .onConflict((conflict) => conflict.column('job_id').doUpdateSet(prepared))
    .execute();
}

export async function findPrepared(db: Database, jobId: string): Promise<PreparedRecording | null> {
  const row = await db
    .selectFrom('job_preparations')
    .select('recording')
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  return row?.recording ?? null;
}

/** How much of a job is read, and how many seconds of the speech found in it are recognised. */
export async function readProgress(db: Database, jobId: string) {
  const { rows } = await sql<{ prepared: number; foundSeconds: number; recognisedSeconds: number }>`
    select coalesce((select read_share from job_preparations where job_id = ${jobId}), 0) as prepared,
           coalesce(sum(speech_seconds), 0) as "foundSeconds",
           coalesce(sum(speech_seconds * recognised_share), 0) as "recognisedSeconds"
    from job_chunks where job_id = ${jobId}`.execute(db);
  return rows[0]!;
}

/**
 * Erases what an ended job has of results. Its chunks stay noted until their audio is gone.
 * @returns the tasks that nobody needs to do any more
 */
export async function eraseWork(db: Database, jobId: string): Promise<string[]> {
  await db.deleteFrom('job_preparations').where('job_id', '=', jobId).execute();
  const undone = await db
    .selectFrom('job_chunks')
    .select('task_id')
    .where('job_id', '=', jobId)
    .where('queued_at', 'is not', null)
    .where('result', 'is', null)
    .execute();
  await db.updateTable('job_chunks').set({ result: null }).where('job_id', '=', jobId).execute();
  return undone.map(({ task_id }) => task_id);
}

/** The numbers of a job's chunks. */
export async function listChunks(db: Database, jobId: string): Promise<ChunkRef[]> {
  const rows = await db.selectFrom('job_chunks').select('number').where('job_id', '=', jobId).execute();
  return rows.map(({ number }) => ({ jobId, number }));
}

/** Jobs that ended before `before` and have chunks noted. */
export async function listJobsWithRemains(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('job_chunks')
    .innerJoin('jobs', 'jobs.id', 'job_chunks.job_id')
    .select('job_id')
    .distinct()
    .where('jobs.completed_at', '<', before)
    .execute();
  return rows.map(({ job_id }) => job_id);
}

/** Removes what a worker has noted of jobs that ended before `before`, because it had not heard of their end. */
export async function deletePreparations(db: Database, before: Date): Promise<void> {
  await db
    .deleteFrom('job_preparations')
    .using('jobs')
    .whereRef('jobs.id', '=', 'job_preparations.job_id')
    .where('jobs.completed_at', '<', before)
    .execute();
}

export async function deleteChunks(db: Database, jobId: string): Promise<void> {
  await db.deleteFrom('job_chunks').where('job_id', '=', jobId).execute();
}
