import path from 'node:path';

import type { Logger } from 'pino';

import type { Settings } from '../config/load-settings.ts';
import { JOB_TASKS } from '../features/jobs/work/job-tasks.ts';
import { deliverTask } from '../features/webhooks/deliver-task.ts';
import { SILENT_AFTER_MS } from '../infra/database/connection-settings.ts';
import { createDatabase, type DatabaseAccess } from '../infra/database/database.ts';
import { startEmbeddedPostgres } from '../infra/database/embedded/embedded-postgres.ts';
import { migrate } from '../infra/database/migrations.ts';
import { listenForSignals, type SignalListener } from '../infra/database/signals.ts';
import { mailTask } from '../infra/mail/mail-task.ts';
import { createQueue, type TaskQueue } from '../infra/queue/queue.ts';
import { createFileStorage } from '../infra/storage/file-storage.ts';
import type { ObjectStorage } from '../infra/storage/object-storage.ts';

/** What the services stand on, each exchangeable for its like: a real server for the built-in one. */
export interface Foundations {
  readonly database: DatabaseAccess;
  readonly queue: TaskQueue;
  /** Hears what is told on a channel of the database, on a connection of its own until closed. */
  readonly listen: (channel: string, onSignal: (payload?: string) => void) => SignalListener;
  readonly storage: ObjectStorage;
  readonly log: Logger;
  /** Whether no other service can be on the database: certain of the built-in one, which has one service at a time. */
  readonly alone: boolean;
  /** Lets go of them in the right order. The queue must have been stopped. */
  close(): Promise<void>;
}

/**
 * Opens the database that the settings name, or the built-in one, at this version's schema.
 *
 * @param as a data folder has one `service` and any number of guests besides
 */
export async function openFoundations(
  settings: Settings,
  { as, log }: { as: 'service' | 'guest'; log: Logger },
): Promise<Foundations> {
  const { dataDir, databaseUrl, databaseConnections: maxConnections } = settings;
  const onError = (err: Error) => log.error({ err }, 'the database or the queue is in trouble');
  const embedded = databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, as, onRevival: onError });
  const url = databaseUrl ?? embedded!.url;
  try {
    for (const name of await migrate({ url })) log.info({ migration: name }, 'migrated');
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  // A command of the operator's may ask what takes minutes.
  const patience = as === 'service' && { silentAfterMs: SILENT_AFTER_MS };
  const database = createDatabase({ url, maxConnections, ...patience, onIdleError: onError });
  return {
    database,
    queue: createQueue({ url, tasks: [...JOB_TASKS, deliverTask, mailTask], onError }),
    listen: (channel, onSignal) => listenForSignals({ url, channel, onSignal, onError }),
    storage: createFileStorage({ folder: path.join(dataDir, 'objects') }),
    log,
    alone: embedded !== undefined && as === 'service',
    async close() {
      await database.close();
      await embedded?.stop();
    },
  };
}
