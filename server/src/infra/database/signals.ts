import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

import { connectionSettings, SILENT_AFTER_MS } from './connection-settings.ts';

/** Nothing but silence tells a connection that nothing is to be heard on from one that is dead: it is asked. */
const HEARTBEAT_EVERY_MS = 15_000;
const ANSWER_WITHIN_MS = 10_000;

export interface SignalListener {
  close(): Promise<void>;
}

/**
 * Listens for notifications on a connection of its own, opened again when it breaks. `onSignal` gets the payload, or
 * nothing after the connection was renewed, when any number of signals may have been missed. A signal is a hint, to be
 * sooner than the next poll: what it tells of is in the tables.
 */
export function listenForSignals(options: {
  url: string;
  /** A name of our own choosing: it is written into SQL as it is. */
  channel: string;
  onSignal: (payload?: string) => void;
  onError: (error: Error) => void;
  /** Longer than from one heartbeat to the next: it is for a connection that waits to be closed. */
  silentAfterMs?: number;
}): SignalListener {
  const { silentAfterMs = SILENT_AFTER_MS } = options;
  const closing = new AbortController();
  let client: Client | undefined;

  async function listenUntilLost(): Promise<void> {
    const connection = new Client({
      ...connectionSettings(options.url, silentAfterMs),
      application_name: `listens to ${options.channel}`,
      query_timeout: ANSWER_WITHIN_MS,
    });
    client = connection;
    const lost = new Promise<void>((resolve) => {
      connection.on('error', () => resolve());
      connection.once('end', () => resolve());
    });
    connection.on('notification', ({ payload }) => options.onSignal(payload));
    await connection.connect();
    await connection.query(`listen ${options.channel}`);
    options.onSignal();
    const heartbeat = setInterval(() => {
      connection.query('select').catch(() => connection.end());
    }, HEARTBEAT_EVERY_MS);
    await lost.finally(() => clearInterval(heartbeat));
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
