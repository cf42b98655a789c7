import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

import { OperatorError } from '../../../lib/operator-error.ts';
import { preparePostgresBinaries } from './binaries.ts';
import { openClusterHome, rememberPort, type ClusterHome } from './cluster-home.ts';
import { ensureCluster } from './cluster.ts';
import { claimService, enter, isLastToLeave, openOccupant } from './occupancy.ts';
import * as postmaster from './postmaster.ts';
import { reachServer, urlOf } from './reach-server.ts';
import { chooseAccount } from './system-account.ts';

const DATABASE = 'icana';
/** How often entering is tried again when the server goes down in that moment, as the last user of it leaves. */
const ENTRY_TRIES = 5;

export interface EmbeddedPostgresOptions {
  /** The data folder; the database lives in `postgres` inside it. Made when missing. */
  readonly dataDir: string;
  /** A data folder has one `service` at a time, and besides it any number of guests (commands, further workers). */
  readonly as: 'service' | 'guest';
  /** Further `postgresql.conf` settings, for tests that need no durability. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told when the server was found gone and is being started again. */
  readonly onRevival?: (cause: Error) => void;
}

export interface EmbeddedPostgres {
  /** Connects as the owner of the database `icana`. Holds the password: not for logs. */
  readonly url: string;
  /** Leaves the database, and shuts the server down unless another process still uses it. */
  stop(): Promise<void>;
}

async function ensureDatabase(home: ClusterHome, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(home, port, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    // 42P04, 23505: another start created it in the same moment.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

/** Enters the running server, as its one service or as a guest. */
async function occupy(options: EmbeddedPostgresOptions, url: string): Promise<Client> {
  const client = await openOccupant(url);
  try {
    await enter(client);
    const rival = options.as === 'service' ? await claimService(client) : undefined;
    if (!rival) return client;
    throw new OperatorError(
      `Icana is already running on ${options.dataDir} (process ${rival.heldBy}): ` +
        'stop it first, or give this one a DATA_DIR of its own.',
    );
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

interface Entered {
  readonly occupant: Client;
  readonly home: ClusterHome & { readonly port: number };
}

/** Finds or starts the server and enters it; once more if it was shut down by its last user in between. */
async function enterServer(
  options: EmbeddedPostgresOptions,
  server: postmaster.PostmasterOptions,
  tries = ENTRY_TRIES,
): Promise<Entered> {
  const port = await reachServer(server);
  try {
    await ensureDatabase(server.home, port);
    const occupant = await occupy(options, urlOf(server.home, port, DATABASE));
    await rememberPort(options.dataDir, server.home, port);
    return { occupant, home: { ...server.home, port } };
  } catch (error) {
    if (error instanceof OperatorError || tries <= 1) throw error;
    await delay(100);
    return enterServer(options, server, tries - 1);
  }
}

/**
 * Runs a real PostgreSQL inside the data folder: makes it on the first start, adopts it when it outlived a killed
 * process of ours, starts it again when it dies under us. It listens on 127.0.0.1 only, on a port of its own, behind
 * a random password. As root it runs as the user `nobody`.
 *
 * Rejects with an {@link OperatorError} for what the operator can mend: a second service on the same folder, a full
 * disk, a platform without PostgreSQL in npm.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const account = await chooseAccount();
  const home = await openClusterHome(options.dataDir, account);
  const binaries = await preparePostgresBinaries({ account, copyFolder: home.folder });
  await ensureCluster({ home, account, binaries });
  const server: postmaster.PostmasterOptions = { home, account, binaries, settings: options.settings ?? {} };
  const entered = await enterServer(options, server);
  return keepRunning(options, { ...server, home: entered.home }, entered.occupant);
}

/** Holds the entered server up until `stop()`. */
function keepRunning(
  options: EmbeddedPostgresOptions,
  server: postmaster.PostmasterOptions & Pick<Entered, 'home'>,
  first: Client,
): EmbeddedPostgres {
  let occupant = first;
  const stopping = new AbortController();
  let revival = Promise.resolve();

  /** Starts the server again when it goes down under us; it gets its port back, so connection pools find it. */
  async function revive(): Promise<void> {
    options.onRevival?.(new Error('the embedded database went away'));
    while (!stopping.signal.aborted) {
      try {
        ({ occupant } = await enterServer(options, server));
        return watch();
      } catch (error) {
        options.onRevival?.(error as Error);
        await delay(1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }
  function watch(): void {
    occupant.once('end', () => {
      if (!stopping.signal.aborted) revival = revive();
    });
  }
  watch();

  return {
    url: urlOf(server.home, server.home.port, DATABASE),
    async stop() {
      stopping.abort();
      await revival;
      // When the question fails the server is down already.
      const last = await isLastToLeave(occupant).catch(() => false);
      if (last) await postmaster.stopPostmaster(server);
      await occupant.end().catch(() => undefined);
    },
  };
}
