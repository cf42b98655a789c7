import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** A notification says that a task of the kind it names may be there. It is a hint: polling finds the task anyway. */
export const CHANNEL = 'icana_tasks';

export interface SignalListener {
  close(): Promise<void>;
}

/**
 * Listens on a connection of its own, opened again when it breaks. `onSignal` gets the task's name, or nothing after
 * the connection was renewed, when any number of signals may have been missed.
 */
export function listenForSignals(options: {
  url: string;
  onSignal: (taskName?: string) => void;
  onError: (error: Error) => void;
}): SignalListener {
  const closing = new AbortController();
  let client: Client | undefined;

  async function listenUntilLost(): Promise<void> {
    const connection = new Client({
      connectionString: options.url,
      application_name: 'icana tasks',
      keepAlive: true,
    });
    client = connection;
    const lost = new Promise<void>((resolve) => {
      connection.once('error', () => resolve());
      connection.once('end', () => resolve());
    });
    connection.on('notification', ({ payload }) => options.onSignal(payload));
    await connection.connect();
    await connection.query(`listen ${CHANNEL}`);
    options.onSignal();
    await lost;
  }
  async function listen(): Promise<void> {
    while (!closing.signal.aborted) {
      await listenUntilLost().catch((error: Error) => {
        if (!closing.signal.aborted) options.onError(error);
      });
      await client?.end().catch(() => undefined);
      await delay(1_000, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }
  const ended = listen();

  return {
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
      await ended;
    },
  };
}
