import type { Worker } from '@icana/contract/app';

import type { Database } from '../../infra/database/schema.ts';
import { wireTime } from '../../lib/clock.ts';
import { deleteLongGone, deleteWorker, listWorkers, writeWorker, type WorkerNews } from './workers.store.ts';

const TELL_EVERY_MS = 10_000;

/** What stays as it is for as long as the process runs. */
export type OwnFacts = Omit<WorkerNews, 'engineProcessesAlive' | 'models'>;

export type Workers = ReturnType<typeof createWorkers>;

/**
 * The processes that serve and work, on however many machines. Each says every ten seconds that it is there; who stops
 * takes his leave; who dies is seen to be gone after a minute, and forgotten after a day.
 */
export function createWorkers(parts: {
  database: Database;
  self: OwnFacts;
  engine: { pids(): readonly number[] };
  /** Ids of the models that this machine has. */
  installedModels: () => readonly string[];
  onError: (error: Error) => void;
}) {
  const { database, self, engine, installedModels, onError } = parts;

  async function tell(): Promise<void> {
    const now = { engineProcessesAlive: engine.pids().length, models: installedModels() };
    await writeWorker(database, { ...self, ...now });
  }

  return {
    self,
    tell,

    /** Begins to tell of this process; answers with what ends it. */
    start(): () => Promise<void> {
      let telling = tell().catch(onError);
      const timer = setInterval(() => {
        telling = tell()
          .then(() => deleteLongGone(database))
          .catch(onError);
      }, TELL_EVERY_MS);
      return async () => {
        clearInterval(timer);
        await telling;
        await deleteWorker(database, self.id).catch(onError);
      };
    },

    list: async (): Promise<Worker[]> =>
      (await listWorkers(database)).map((row) => ({
        id: row.id,
        hostName: row.host_name,
        processId: row.process_id,
        version: row.version,
        role: row.role,
        engineProcesses: row.engine_processes,
        engineProcessesAlive: row.engine_processes_alive,
        models: [...row.models],
        modelFetch: row.model_fetch,
        startedAt: wireTime(row.started_at),
        seenAt: wireTime(row.seen_at),
        isGone: row.is_gone,
        isThis: row.id === self.id,
      })),
  };
}
