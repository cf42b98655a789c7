import { sql } from 'kysely';

import type { Database } from '../../src/infra/database/schema.ts';

/** Accounts that share the jobs evenly, the given one among them. */
const ACCOUNTS = 20;

/**
 * Fills the table of jobs with `count` completed ones, submitted a second apart by {@link ACCOUNTS} accounts in turns,
 * those of the given account with a short transcript. Leaves the database with nothing to do about them.
 */
export async function seedJobs(
  db: Database,
  { count, email }: { count: number; email: string },
): Promise<void> {
  await sql`
    insert into accounts (id, email, status, created_at)
    select gen_random_uuid(), format('bench-%s@example.org', n), 'active', now()
    from generate_series(2, ${ACCOUNTS}::integer) as n
  `.execute(db);
  await sql`
    with owners as (
      select id, row_number() over (order by email = ${email}, id) - 1 as turn from accounts
    )
    insert into jobs (id, account_id, status, original_filename, language, storage_key, size_bytes, sha256,
      probed_duration_ms, decoded_duration_ms, held_micro_aud, charged_micro_aud, attempts,
      created_at, upload_alive_at, started_at, completed_at)
    select gen_random_uuid(), owners.id, 'completed', format('call-%s.mp3', n), 'en', format('bench/%s', n), 480000,
      repeat('a', 64), 60000, 60000, 16000, 16000, 1, moment, moment, moment, moment
    from generate_series(1, ${count}::integer) as n
      cross join lateral (select now() - n * interval '1 second' as moment) as moments
      join owners on owners.turn = n % ${ACCOUNTS}::integer
  `.execute(db);
  await sql`
    insert into transcripts (job_id, transcription, diarization, segments, words, speakers, suppressed, created_at)
    select id, text, '[Speaker 1]: ' || text, '[]', '[]', '[]', '[]', created_at
    from jobs cross join (select repeat('Good morning, how can I help? ', 20) as text) as texts
    where account_id = (select id from accounts where email = ${email})
  `.execute(db);
  await sql`vacuum analyze jobs, transcripts, accounts`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** Ids of some of an account's jobs, drawn evenly from all of them. */
export async function drawJobs(
  db: Database,
  { count, email }: { count: number; email: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .innerJoin('accounts', 'accounts.id', 'jobs.account_id')
    .select('jobs.id')
    .where('email', '=', email)
    .orderBy(sql`random()`)
    .limit(count)
    .execute();
  return rows.map(({ id }) => id);
}
