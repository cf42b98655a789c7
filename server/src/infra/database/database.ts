import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types as driverTypes, type CustomTypesConfig } from 'pg';

import { connectionSettings } from './connection-settings.ts';
import type { Database, Schema } from './schema.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections?: number;
  /** For how long a statement may take without an answer, and a transaction without a statement; for ever when not given. */
  readonly silentAfterMs?: number;
  /** Told of a connection that broke while idle; the pool opens another when it needs one. */
  readonly onIdleError?: (error: Error) => void;
}

export interface DatabaseAccess {
  readonly db: Database;
  /** Closes every connection once its query has ended. */
  close(): Promise<void>;
}

/** PostgreSQL's own numbers for its types. */
const INT8 = 20;
const DATE = 1082;

/** Reads an `int8` as a number; rejects the query when a double cannot hold it exactly (beyond 9 007 199 254 740 991). */
function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`bigint ${text} is beyond what a number holds exactly`);
  return value;
}

/**
 * How column values become JavaScript values, on top of the driver's own rules. Every `bigint` we keep (micro-AUD,
 * bytes, milliseconds) stays under 2^53, which is AUD 9 billion, and as a number it compares, adds and goes into JSON
 * like any other; a value past that is an error, never a rounded one. Note that `sum(bigint)` is `numeric`, which
 * arrives as a string: cast it back with `::bigint`. A `date` stays `YYYY-MM-DD` instead of a local midnight.
 */
const types: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === INT8) return readInt8;
    if (format !== 'binary' && oid === DATE) return (text: string) => text;
    return driverTypes.getTypeParser(oid, format) as (value: string) => unknown;
  },
};

/** Opens a pool of connections to a PostgreSQL server, used through the query builder. Connects on first use. */
export function createDatabase(options: DatabaseOptions): DatabaseAccess {
  const { url, maxConnections = 10, silentAfterMs, onIdleError } = options;
  const pool = new Pool({
    ...connectionSettings(url, silentAfterMs),
    max: maxConnections,
    application_name: 'icana',
    types,
  });
  // Without a listener a lost idle connection would end the process.
  pool.on('error', (error) => onIdleError?.(error));
  // The pool listens to idle connections only, and one that is lost between two queries of a transaction would end the
  // process, too. Whoever has it hears of the loss from his next query.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Where the server lives and only the line is dead, it would keep what the transaction has locked for hours.
    if (silentAfterMs === undefined) return;
    client.query(`set idle_in_transaction_session_timeout = ${silentAfterMs}`).catch(() => undefined);
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, close: () => db.destroy() };
}
