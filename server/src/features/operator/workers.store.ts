import type { ModelFetch } from '@icana/contract/app';
import { sql, type Selectable } from 'kysely';

import type { Database, Schema } from '../../infra/database/schema.ts';

type WorkerRow = Selectable<Schema['workers']>;

/** Silent for so long, a process is taken to be gone: it should have been heard of six times. */
const GONE = sql<boolean>`seen_at < now() - interval '1 minute'`;

/** What a process says of itself. */
export interface WorkerNews {
  readonly id: string;
  readonly hostName: string;
  readonly processId: number;
  readonly version: string;
  readonly role: WorkerRow['role'];
  readonly engineProcesses: number;
  readonly engineProcessesAlive: number;
  readonly models: readonly string[];
  readonly startedAt: Date;
}

/** Says that the process is there, and what of it changes. */
export async function writeWorker(db: Database, news: WorkerNews): Promise<void> {
  const changing = {
    engine_processes_alive: news.engineProcessesAlive,
    models: JSON.stringify(news.models),
    seen_at: sql<Date>`now()`,
  };
  await db
    .insertInto('workers')
    .values({
      id: news.id,
      host_name: news.hostName,
      process_id: news.processId,
      version: news.version,
      role: news.role,
      engine_processes: news.engineProcesses,
      model_fetch: null,
      started_at: news.startedAt,
      ...changing,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changing))
    .execute();
}

export async function deleteWorker(db: Database, id: string): Promise<void> {
  await db.deleteFrom('workers').where('id', '=', id).execute();
}

/** Forgets processes that have been silent for a day. */
export async function deleteLongGone(db: Database): Promise<void> {
  await db
    .deleteFrom('workers')
    .where('seen_at', '<', sql<Date>`now() - interval '1 day'`)
    .execute();
}

export async function listWorkers(db: Database): Promise<(WorkerRow & { is_gone: boolean })[]> {
  return await db
    .selectFrom('workers')
    .selectAll()
    .select(GONE.as('is_gone'))
    .orderBy('host_name')
    .orderBy('started_at')
    .execute();
}

/** Notes the fetching of a model, unless a living process on the same machine fetches one; answers whether it did. */
export async function beginModelFetch(db: Database, id: string, fetch: ModelFetch): Promise<boolean> {
  const { rows } = await sql`
    update workers set model_fetch = ${JSON.stringify(fetch)}::jsonb
    where id = ${id} and not exists (
      select from workers as other
      where other.host_name = workers.host_name
        and other.seen_at >= now() - interval '1 minute'
        and other.model_fetch->>'state' in ('waiting', 'fetching'))
    returning id
  `.execute(db);
  return rows.length > 0;
}

export async function noteModelFetch(db: Database, id: string, fetch: ModelFetch): Promise<void> {
  await db
    .updateTable('workers')
    .set({ model_fetch: JSON.stringify(fetch) })
    .where('id', '=', id)
    .execute();
}

/** Forgets on a machine that a model was fetched there, or could not be. */
export async function forgetModelFetch(db: Database, of: { hostName: string; model: string }): Promise<void> {
  await sql`
    update workers set model_fetch = null
    where host_name = ${of.hostName} and model_fetch->>'model' = ${of.model}
      and model_fetch->>'state' in ('installed', 'failed')
  `.execute(db);
}
