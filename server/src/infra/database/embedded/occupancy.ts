import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

import { isAlive } from './processes.ts';

/**
 * Who uses an embedded database, kept as advisory locks in the database itself: they end with the process that holds
 * them, however it ends. Everybody holds IN_USE shared; a service, of which there may be one, holds SERVICE as well.
 */
const IN_USE = 1_229_148_769;
const SERVICE = 1_229_148_770;

/** How long the locks of a process that is dead already may outlive it, while the server notices. */
const GRACE_MS = 5_000;

const NAME = /^icana process (\d+)$/;

/** Opens the connection that holds this process's locks. */
export async function openOccupant(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: `icana process ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Without a listener the loss of an idle connection would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const ask = async (client: Client, lockFunction: string, key: number): Promise<boolean> => {
  const { rows } = await client.query<{ ok: boolean }>(`select ${lockFunction}($1) as ok`, [key]);
  return rows[0]?.ok ?? false;
};

/** Marks the database as used by this process. Waits while another one shuts it down, and then fails with it. */
export const enter = async (client: Client): Promise<void> => {
  await client.query('select pg_advisory_lock_shared($1)', [IN_USE]);
};

/** Whether nobody else uses the database any more; if so, nobody can begin to. */
export async function isLastToLeave(client: Client): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
  return ask(client, 'pg_try_advisory_lock', IN_USE);
}

/** Becomes the one service of this database; answers with the process that is it already, if there is one. */
export async function claimService(client: Client): Promise<{ heldBy: number } | undefined> {
  const deadline = Date.now() + GRACE_MS;
  for (;;) {
    if (await ask(client, 'pg_try_advisory_lock', SERVICE)) return undefined;
    const { rows } = await client.query<{ application_name: string }>(
      `select application_name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and objid::bigint = $1 and granted`,
      [SERVICE],
    );
    const holder = Number(NAME.exec(rows[0]?.application_name ?? '')?.[1]);
    if (isAlive(holder) || Date.now() > deadline) return { heldBy: holder };
    await delay(50);
  }
}
