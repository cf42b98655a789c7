import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

const STANDARD_ERROR = 2;

/** Logs to standard error: as JSON lines for machines, as text for a person at a terminal. */
export function createLog(level: string): Logger {
  if (!process.stderr.isTTY) return pino({ level }, pino.destination(STANDARD_ERROR));
  const ignore = 'pid,hostname,accountId';
  return pino(
    { level },
    pretty({ destination: STANDARD_ERROR, ignore, translateTime: 'HH:MM:ss', sync: true }),
  );
}
