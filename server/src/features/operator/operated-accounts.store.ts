import type { AccountStatus } from '@icana/contract';
import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

export interface OperatedAccountRow {
  readonly id: string;
  readonly email: string;
  readonly status: AccountStatus;
  readonly is_operator: boolean;
  readonly available_micro_aud: number;
  readonly held_micro_aud: number;
  readonly jobs: number;
  readonly created_at: Date;
  readonly last_seen_at: Date | null;
}

/** What is told of the accounts that `chosen` selects from `accounts`, which is no more than a page. */
async function describe(db: Database, chosen: RawBuilder<unknown>): Promise<OperatedAccountRow[]> {
  const { rows } = await sql<OperatedAccountRow>`
    select id, email, status, is_operator, available_micro_aud, held_micro_aud, created_at,
      (select count(*) from jobs where account_id = chosen.id) as jobs,
      greatest(
        (select max(sessions.updated_at) from sessions join people on people.id = person_id
          where account_id = chosen.id),
        (select max(last_used_at) from api_keys where account_id = chosen.id)) as last_seen_at
    from (select * from accounts ${chosen}) as chosen
    order by created_at desc, id desc
  `.execute(db);
  return rows;
}

export async function findOperatedAccount(db: Database, id: string): Promise<OperatedAccountRow | undefined> {
  return (await describe(db, sql`where id = ${id}`))[0];
}

/** Up to `limit` accounts, newest first, from the one that comes after `after`. */
export async function listOperatedAccounts(
  db: Database,
  wanted: {
    search?: string | undefined;
    status?: AccountStatus | undefined;
    after: { createdAt: Date; id: string } | null;
    limit: number;
  },
): Promise<OperatedAccountRow[]> {
  const { search, status, after, limit } = wanted;
  const conditions = [
    sql`true`,
    // Addresses are kept in lower case.
    ...(search ? [sql`email like ${`%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`}`] : []),
    ...(status ? [sql`status = ${status}`] : []),
    ...(after ? [sql`(created_at, id) < (${after.createdAt}, ${after.id})`] : []),
  ];
  return await describe(
    db,
    sql`where ${sql.join(conditions, sql` and `)} order by created_at desc, id desc limit ${limit}`,
  );
}
