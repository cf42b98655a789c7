import { Socket } from 'node:net';

/** Longer than any statement of the service takes; with a new connection, a stand-in for the server is used in a minute. */
export const SILENT_AFTER_MS = 45_000;

/**
 * What every connection to the database is opened with. A server that loses its power, or is moved elsewhere, ends none:
 * the system notices within 20 s where nothing is under way, but keeps sending for a quarter of an hour where something is.
 *
 * @param silentAfterMs ends the connection itself when nothing has come over it for so long, rather than the statement: of
 *   that nobody knows what became, so what comes after it must not go over the same connection
 */
export function connectionSettings(url: string, silentAfterMs?: number) {
  return {
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(silentAfterMs !== undefined && { stream: () => socketThatEnds(silentAfterMs) }),
  };
}

function socketThatEnds(silentAfterMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silentAfterMs, () => {
    socket.destroy(new Error(`the database has been silent for ${silentAfterMs / 1000} s`));
  });
}
