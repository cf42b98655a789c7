import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

import { OperatorError } from '../../../lib/operator-error.ts';
import type { ClusterHome } from './cluster-home.ts';
import { SUPERUSER } from './cluster.ts';
import { explainFailure } from './failures.ts';
import * as postmaster from './postmaster.ts';
import { isAlive } from './processes.ts';

const START_TIMEOUT_MS = 60_000;
/** What the server says when the one before it has not quite gone yet. */
const WAIT_AND_SEE = /lock file ".*" already exists|shared memory block .* is still in use/;

export const urlOf = (home: ClusterHome, port: number, database: string): string =>
  `postgres://${SUPERUSER}:${home.password}@127.0.0.1:${port}/${database}`;

type Answer = 'ready' | 'not yet' | 'locked out' | 'not there';

/** Asks to be let in; a right password is the proof that the server is ours. */
async function knock(home: ClusterHome, port: number): Promise<Answer> {
  const client = new Client({
    connectionString: urlOf(home, port, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === '28P01') return 'locked out';
    // 57P03: it is starting up or shutting down.
    return code === '57P03' ? 'not yet' : 'not there';
  } finally {
    await client.end().catch(() => undefined);
  }
}

const lockedOut = (home: ClusterHome) =>
  new OperatorError(
    `The password in DATA_DIR/postgres/connection.json does not open the database in ${home.folder}: ` +
      'restore both from the same backup.',
  );

/** Finds a server that is running on this cluster already, as one that outlived a killed process of ours is. */
async function adopt(home: ClusterHome): Promise<number | 'wait' | undefined> {
  const found = await postmaster.readPidFile(home);
  if (!found) return undefined;
  const answer = await knock(home, found.port);
  if (answer === 'ready') return found.port;
  if (await postmaster.isOurPostmaster(home, found.pid)) {
    if (answer === 'locked out') throw lockedOut(home);
    return 'wait';
  }
  if (isAlive(found.pid)) await postmaster.disownLock(home, found.pid);
  return undefined;
}

/** Resolves once the server answers; never when it does not, until `signal` ends the asking. */
async function untilReady(home: ClusterHome, port: number, signal: AbortSignal): Promise<'ready'> {
  for (;;) {
    const answer = await knock(home, port);
    if (answer === 'ready') return answer;
    if (answer === 'locked out') throw lockedOut(home);
    await delay(20, undefined, { signal });
  }
}

/** Starts a server and waits until it answers. Answers with nothing when one that is going or coming was in the way. */
async function launch(options: postmaster.PostmasterOptions): Promise<number | undefined> {
  const port = await postmaster.freePort(options.home.port);
  const { exited } = await postmaster.spawnPostmaster(options, port);
  const asking = new AbortController();
  const ready = untilReady(options.home, port, asking.signal);
  const outcome = await Promise.race([ready, exited.then((output) => ({ output }))]);
  if (outcome === 'ready') return port;
  ready.catch(() => undefined);
  asking.abort();
  if (WAIT_AND_SEE.test(outcome.output)) return undefined;
  throw explainFailure('The database could not be started', outcome.output);
}

/**
 * The port of this cluster's running server: of the one that runs already, or else of one started now. A server that
 * is just starting or stopping is waited for, and so are the last processes of one that was killed.
 */
export async function reachServer(options: postmaster.PostmasterOptions): Promise<number> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const adopted = await adopt(options.home);
    const port = adopted ?? (await launch(options));
    if (typeof port === 'number') return port;
    await delay(50);
  }
  throw new OperatorError(
    `The database in ${options.home.folder} neither answers nor ends: look into postgres.log there.`,
  );
}
