import { sql } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';
import type { TaskKind } from '../../infra/queue/task.ts';
import { unfinishedTasks } from '../../infra/queue/unfinished-tasks.ts';
import { aud, type Rule } from './rules.ts';

/**
 * Adds up what the ledger has for each job, once for all the rules below, in a table that is gone at the end of the
 * transaction. `held` is what is still held, `charged` what the settlement took.
 */
export async function addUpJobs(snapshot: Database): Promise<void> {
  await sql`
    create temporary table booked_jobs on commit drop as
    select job_id,
           min(account_id::text)::uuid as account_id,
           count(distinct account_id) as accounts,
           count(distinct transactions.id) filter (where kind = 'hold') as holds,
           count(distinct transactions.id) filter (where kind = 'settle') as settlements,
           count(distinct transactions.id) filter (where kind = 'release') as releases,
           coalesce(sum(amount_micro_aud) filter (where book = 'held'), 0)::bigint as held,
           coalesce(-sum(amount_micro_aud) filter (where book in ('available', 'held') and kind <> 'refund'), 0)::bigint
             as charged,
           coalesce(sum(amount_micro_aud) filter (where book in ('available', 'held') and kind = 'refund'), 0)::bigint
             as refunded
    from ledger_transactions as transactions
    left join ledger_entries on transaction_id = transactions.id
    where job_id is not null group by job_id
  `.execute(snapshot);
  await sql`analyze booked_jobs`.execute(snapshot);
}

/** An upload that has been silent for so long should have been ended by the sweep, many times over. */
const SILENT_UPLOAD = sql`now() - interval '10 minutes'`;

/** Jobs and the ledger against each other. Asked after {@link addUpJobs}, in the same transaction. */
export const jobRules = (tasks: readonly TaskKind[]): readonly Rule[] => [
  {
    rule: 'what is booked for a job is booked for one that there is, on its own account',
    violations: sql`
      select job_id as subject, case when jobs.id is null
        then format('there is no such job; AUD %s is held for it', ${aud('held')})
        else 'it belongs to another account' end as problem
      from booked_jobs left join jobs on jobs.id = job_id
      where jobs.id is null or accounts > 1 or jobs.account_id <> booked_jobs.account_id`,
  },
  {
    rule: 'a job is held for at most once, and settled or released at most once after that',
    violations: sql`
      select job_id as subject,
        format('%s holds, %s settlements, %s releases', holds, settlements, releases) as problem
      from booked_jobs where holds > 1 or settlements + releases > holds`,
  },
  {
    rule: 'a job that is queued or processed holds its price',
    violations: sql`
      select id as subject, format('its price is AUD %s, AUD %s is held',
        ${aud('held_micro_aud')}, coalesce(${aud('held')}, 0)) as problem
      from jobs left join booked_jobs on job_id = id
      where status in ('pending', 'processing')
        and (holds is distinct from 1 or settlements + releases > 0 or held is distinct from held_micro_aud)`,
  },
  {
    rule: 'a job that has ended, or was never submitted, holds nothing',
    violations: sql`
      select id as subject, format('it is %s, AUD %s is held', status, ${aud('held')}) as problem
      from jobs join booked_jobs on job_id = id
      where status in ('uploading', 'completed', 'failed') and (held <> 0 or holds > settlements + releases)`,
  },
  {
    rule: 'a completed job was settled for what it says it was charged',
    violations: sql`
      select id as subject, format('it was charged AUD %s; %s settlements of AUD %s',
        ${aud('charged_micro_aud')}, coalesce(settlements, 0), coalesce(${aud('charged')}, 0)) as problem
      from jobs left join booked_jobs on job_id = id
      where status = 'completed' and (settlements is distinct from 1 or charged is distinct from charged_micro_aud)`,
  },
  {
    rule: 'a failed job cost nothing',
    violations: sql`
      select id as subject, format('it was charged AUD %s, AUD %s by the ledger',
        ${aud('charged_micro_aud')}, coalesce(${aud('charged')}, 0)) as problem
      from jobs left join booked_jobs on job_id = id
      where status = 'failed' and (charged_micro_aud <> 0 or settlements > 0 or charged <> 0)`,
  },
  {
    rule: 'what a job says was refunded is what was refunded, and no more than it was charged',
    violations: sql`
      select id as subject, format('AUD %s was refunded, AUD %s by the ledger, of AUD %s',
        ${aud('refunded_micro_aud')}, coalesce(${aud('refunded')}, 0), ${aud('charged_micro_aud')}) as problem
      from jobs left join booked_jobs on job_id = id
      where refunded_micro_aud <> coalesce(refunded, 0) or refunded_micro_aud > coalesce(charged_micro_aud, 0)`,
  },
  {
    rule: 'a completed job that was not deleted has a transcript, and no other has one',
    violations: sql`
      select id as subject, case when job_id is null then 'it has none' else 'it has one' end as problem
      from jobs left join transcripts on job_id = id
      where (status = 'completed' and erased_at is null) <> (job_id is not null)`,
  },
  {
    rule: 'a job that is queued or processed has a task, so that it comes to an end',
    violations: sql`
      select id as subject, format('it is %s, and no task is about it', status) as problem
      from jobs where status in ('pending', 'processing')
        and not exists (select from ${unfinishedTasks(tasks)} as tasks where data->>'jobId' = jobs.id::text)`,
  },
  {
    rule: 'an upload is heard of, or ended',
    violations: sql`
      select id as subject, format('it has been silent since %s', upload_alive_at) as problem
      from jobs where status = 'uploading' and upload_alive_at < ${SILENT_UPLOAD}`,
  },
];
