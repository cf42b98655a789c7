import { sql, type RawBuilder } from 'kysely';
import { expect } from 'vitest';

import type { Database } from '../../server/src/infra/database/schema.ts';

/** A rule in words, and the query for the rows that break it. */
type Rules = Readonly<Record<string, RawBuilder<unknown>>>;

const LEDGER_RULES: Rules = {
  'every transaction adds up to zero': sql`
    select transaction_id from ledger_entries group by 1 having sum(amount_micro_aud) <> 0`,
  'an available balance is what its entries add up to': sql`
    select id from accounts where available_micro_aud <> coalesce((select sum(amount_micro_aud) from ledger_entries
      join ledger_transactions on ledger_transactions.id = transaction_id
      where account_id = accounts.id and book = 'available'), 0)`,
  'a held balance is what its entries add up to': sql`
    select id from accounts where held_micro_aud <> coalesce((select sum(amount_micro_aud) from ledger_entries
      join ledger_transactions on ledger_transactions.id = transaction_id
      where account_id = accounts.id and book = 'held'), 0)`,
};

const JOB_RULES: Rules = {
  'a job that is queued or processed holds its price, and was neither settled nor released': sql`
    select id from jobs where status in ('pending', 'processing') and held_micro_aud is distinct from (
      select coalesce(sum(amount_micro_aud), 0) from ledger_transactions
      left join ledger_entries on transaction_id = ledger_transactions.id and book = 'held'
      where job_id = jobs.id having count(*) filter (where kind = 'hold') = 1 and count(*) = 1)`,
  'a job that has ended, or was never submitted, holds nothing': sql`
    select id from jobs where status in ('uploading', 'completed', 'failed') and 0 <> (
      select coalesce(sum(amount_micro_aud), 0) from ledger_entries
      join ledger_transactions on ledger_transactions.id = transaction_id
      where job_id = jobs.id and book = 'held')`,
  'a job cost what its account paid for it': sql`
    select id from jobs where status in ('completed', 'failed') and charged_micro_aud - refunded_micro_aud <> (
      select coalesce(-sum(amount_micro_aud), 0) from ledger_entries
      join ledger_transactions on ledger_transactions.id = transaction_id
      where job_id = jobs.id and book in ('available', 'held'))`,
  'a completed job has a transcript until it is erased, and no other has one': sql`
    select id from jobs left join transcripts on job_id = id
    where (status = 'completed' and erased_at is null) <> (job_id is not null)`,
  'nothing is held but for jobs': sql`
    select id from ledger_transactions where kind = 'hold'
    and not exists (select from jobs where jobs.id = job_id)`,
};

async function expectRulesToHold(db: Database, rules: Rules): Promise<void> {
  const broken: Record<string, unknown[]> = {};
  for (const [rule, violations] of Object.entries(rules)) {
    const { rows } = await violations.execute(db);
    if (rows.length > 0) broken[rule] = rows;
  }
  expect(broken).toEqual({});
}

/** Checks the ledger against the balances. */
export const expectLedgerToBalance = async (db: Database): Promise<void> => {
  await expectRulesToHold(db, LEDGER_RULES);
};

/** Checks ledger, balances and jobs against each other: what must hold after every test that runs the service. */
export const expectBooksToBalance = async (db: Database): Promise<void> => {
  await expectRulesToHold(db, { ...LEDGER_RULES, ...JOB_RULES });
};
