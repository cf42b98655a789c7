import { rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const MINUTE_MS = 60_000;
const SILENCE = { durationSeconds: 10, speakerCount: 0, segments: [], suppressed: [] };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

/** A customer with a job in each state that a job can stay in. */
async function customerWithJobs() {
  const { accountId, key } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  const submit = async () => String((await client.submit()).body['job_id']);
  const [pending, processing, completed, failed, deleted] = [
    await submit(),
    await submit(),
    await submit(),
    await submit(),
    await submit(),
  ];
  await service.lifecycle.startProcessing(processing);
  await service.lifecycle.complete(completed, SILENCE);
  await service.lifecycle.fail(failed, 'for the test');
  await service.lifecycle.complete(deleted, SILENCE);
  await client.send(`/api/v1/jobs/${deleted}`, { method: 'DELETE' });
  const file = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
  const { id: uploading } = await service.submissions.open(file);
  return { accountId, jobs: { pending, processing, completed, failed, deleted, uploading } };
}

/** Does to the books what nobody but their owner can do: with the triggers, and so the foreign keys, out of force. */
async function tamper(...statements: string[]): Promise<void> {
  await service.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const statement of statements) await sql.raw(statement).execute(trx);
  });
}

/** What the audit says, in short: each rule that is broken, and by what. */
async function findings(): Promise<Record<string, Record<string, string>>> {
  const report = await service.audit.verify();
  return Object.fromEntries(
    report.findings.map(({ rule, count, examples }) => {
      expect(count).toBe(examples.length);
      return [rule, Object.fromEntries(examples.map(({ subject, problem }) => [subject, problem]))];
    }),
  );
}

const holdOf = (job: string) =>
  `(select id from ledger_transactions where job_id = '${job}' and kind = 'hold')`;

const grantOf = async (accountId: string) =>
  (
    await service.db
      .selectFrom('ledger_transactions')
      .select('id')
      .where('account_id', '=', accountId)
      .where('kind', '=', 'grant')
      .executeTakeFirstOrThrow()
  ).id;

async function lastEntry(offset: number): Promise<number> {
  const query = service.db.selectFrom('ledger_entries').select('id').orderBy('id', 'desc');
  return (await query.limit(1).offset(offset).executeTakeFirstOrThrow()).id;
}

const place = (key: string) => path.join(service.folder, 'objects', ...key.split('/'));
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);

const bookFor = (from: string, to: string) =>
  `update ledger_transactions set job_id = '${to}' where job_id = '${from}'`;
const charge = (job: string, amount: number) =>
  `update jobs set charged_micro_aud = ${amount} where id = '${job}'`;
const moveTranscript = (from: string, to: string) =>
  `update transcripts set job_id = '${to}' where job_id = '${from}'`;

test('sound books are found to be sound, and what was looked at is counted', async () => {
  const before = await service.audit.verify();
  const { jobs } = await customerWithJobs();
  await service.refunds.refund({ id: jobs.completed, amountMicroAud: 100, reason: 'for the test' });
  const after = await service.audit.verify();
  expect(after.findings).toEqual([]);
  expect(after.checked).toEqual({
    accounts: before.checked.accounts + 1,
    // The welcome, five holds, two settlements, a release and a refund.
    transactions: before.checked.transactions + 10,
    entries: before.checked.entries + 20,
    jobs: before.checked.jobs + 6,
    files: before.checked.files + 4,
  });
});

describe('damage is named:', () => {
  // Each leaves the books as it found them, so that the next finds only its own.
  let repairs: string[] = [];
  afterEach(async () => {
    await tamper(...repairs);
    repairs = [];
    expect(await findings()).toEqual({});
  });
  /** Plants damage and notes how to undo it. */
  async function damage(planted: string, repair: string): Promise<void> {
    await tamper(planted);
    repairs.unshift(repair);
  }

  test('a balance that was changed beside the ledger', async () => {
    const { accountId } = await customerWithJobs();
    const by = (amount: number) =>
      `update accounts set available_micro_aud = available_micro_aud + ${amount},
        held_micro_aud = held_micro_aud + ${amount} where id = '${accountId}'`;
    await damage(by(1), by(-1));
    expect(await findings()).toEqual({
      'an available balance is what its entries add up to': {
        [accountId]: 'AUD 1.429333 is available, its entries add up to AUD 1.429332',
      },
      'a held balance is what its entries add up to': {
        [accountId]: 'AUD 0.005335 is held, its entries add up to AUD 0.005334',
      },
    });
  });

  test('an entry that was changed', async () => {
    const { accountId } = await customerWithJobs();
    const set = (amount: number) => `update ledger_entries set amount_micro_aud = ${amount}
      where book = 'granted' and transaction_id in (select id from ledger_transactions where account_id = '${accountId}')`;
    await damage(set(-5), set(-1_440_000));
    expect(Object.values(await findings())).toEqual([
      { [await grantOf(accountId)]: 'its entries add up to AUD 1.439995' },
    ]);
  });

  test('an entry without a transaction', async () => {
    const id = newId();
    const entry = (amount: number) => `insert into ledger_entries (transaction_id, book, amount_micro_aud)
      values ('${id}', 'earned', ${amount})`;
    await tamper(entry(7), entry(-7));
    repairs.push(`delete from ledger_entries where transaction_id = '${id}'`);
    expect(await findings()).toEqual({
      'every entry belongs to a transaction': {
        [String(await lastEntry(1))]: 'its transaction is missing',
        [String(await lastEntry(0))]: 'its transaction is missing',
      },
    });
  });

  test('a hold for a job that is not there', async () => {
    const { jobs } = await customerWithJobs();
    const stranger = newId();
    await damage(bookFor(jobs.pending, stranger), bookFor(stranger, jobs.pending));
    expect(await findings()).toEqual({
      'what is booked for a job is booked for one that there is, on its own account': {
        [stranger]: 'there is no such job; AUD 0.002667 is held for it',
      },
      'a job that is queued or processed holds its price': {
        [jobs.pending]: 'its price is AUD 0.002667, AUD 0 is held',
      },
    });
  });

  test('a job that was paid for by somebody else', async () => {
    const { accountId, jobs } = await customerWithJobs();
    const other = await customerWithJobs();
    const to = (account: string) =>
      `update jobs set account_id = '${account}' where id = '${jobs.completed}'`;
    await damage(to(other.accountId), to(accountId));
    expect(await findings()).toEqual({
      'what is booked for a job is booked for one that there is, on its own account': {
        [jobs.completed]: 'it belongs to another account',
      },
    });
  });

  test('a job that was settled twice', async () => {
    const { accountId, jobs } = await customerWithJobs();
    const id = newId();
    await tamper(
      'drop index ledger_one_ending_a_job',
      `insert into ledger_transactions (id, account_id, kind, job_id, reason, created_at)
        values ('${id}', '${accountId}', 'settle', '${jobs.completed}', 'again', now())`,
    );
    repairs = [
      `delete from ledger_transactions where id = '${id}'`,
      "create unique index ledger_one_ending_a_job on ledger_transactions (job_id) where kind in ('settle', 'release')",
    ];
    expect(await findings()).toEqual({
      'a job is held for at most once, and settled or released at most once after that': {
        [jobs.completed]: '1 holds, 2 settlements, 0 releases',
      },
      'a completed job was settled for what it says it was charged': {
        [jobs.completed]: 'it was charged AUD 0.002667; 2 settlements of AUD 0.002667',
      },
    });
  });

  test('a job that waits without a hold, and one that has ended and still holds', async () => {
    const { jobs } = await customerWithJobs();
    await damage(
      `update jobs set status = 'failed', error_message = 'x', charged_micro_aud = 0, completed_at = now()
        where id = '${jobs.processing}'`,
      `update jobs set status = 'processing', error_message = null, charged_micro_aud = null, completed_at = null
        where id = '${jobs.processing}'`,
    );
    await damage(
      `update jobs set status = 'pending', error_message = null, charged_micro_aud = null, completed_at = null
        where id = '${jobs.failed}'`,
      `update jobs set status = 'failed', error_message = 'x', charged_micro_aud = 0, completed_at = now()
        where id = '${jobs.failed}'`,
    );
    expect(await findings()).toEqual({
      'a job that has ended, or was never submitted, holds nothing': {
        [jobs.processing]: 'it is failed, AUD 0.002667 is held',
      },
      'a job that is queued or processed holds its price': {
        [jobs.failed]: 'its price is AUD 0.002667, AUD 0 is held',
      },
      // Its task went with the failure.
      'a job that is queued or processed has a task, so that it comes to an end': {
        [jobs.failed]: 'it is pending, and no task is about it',
      },
    });
  });

  test('a completed job that says another charge, a failed one that says any, a refund that was none', async () => {
    const { jobs } = await customerWithJobs();
    await damage(charge(jobs.completed, 3000), charge(jobs.completed, 2667));
    await damage(charge(jobs.failed, 1), charge(jobs.failed, 0));
    const refunded = (amount: number) =>
      `update jobs set refunded_micro_aud = ${amount} where id = '${jobs.deleted}'`;
    await damage(refunded(5), refunded(0));
    expect(await findings()).toEqual({
      'a completed job was settled for what it says it was charged': {
        [jobs.completed]: 'it was charged AUD 0.003; 1 settlements of AUD 0.002667',
      },
      'a failed job cost nothing': { [jobs.failed]: 'it was charged AUD 0.000001, AUD 0 by the ledger' },
      'what a job says was refunded is what was refunded, and no more than it was charged': {
        [jobs.deleted]: 'AUD 0.000005 was refunded, AUD 0 by the ledger, of AUD 0.002667',
      },
    });
  });

  test('a completed job without a transcript, and a transcript that was to be erased', async () => {
    const { jobs } = await customerWithJobs();
    await damage(moveTranscript(jobs.completed, jobs.deleted), moveTranscript(jobs.deleted, jobs.completed));
    expect(await findings()).toEqual({
      'a completed job that was not deleted has a transcript, and no other has one': {
        [jobs.completed]: 'it has none',
        [jobs.deleted]: 'it has one',
      },
    });
  });

  test('a job that nothing will ever bring to an end', async () => {
    const { jobs } = await customerWithJobs();
    const state = (name: string) =>
      `update pgboss.job set state = '${name}' where name = 'transcribe' and data->>'jobId' = '${jobs.pending}'`;
    await damage(state('cancelled'), state('created'));
    expect(await findings()).toEqual({
      'a job that is queued or processed has a task, so that it comes to an end': {
        [jobs.pending]: 'it is pending, and no task is about it',
      },
    });
  });

  test('an upload that nobody has ended', async () => {
    const { jobs } = await customerWithJobs();
    const alive = (at: string) => `update jobs set upload_alive_at = ${at} where id = '${jobs.uploading}'`;
    await damage(alive("now() - interval '11 minutes'"), alive('now()'));
    expect(await findings()).toEqual({
      'an upload is heard of, or ended': {
        [jobs.uploading]: expect.stringMatching(/^it has been silent since 20/),
      },
    });
  });

  test('a hold whose amount was changed along with everything that is made of it', async () => {
    const { accountId, jobs } = await customerWithJobs();
    const by = (amount: number) => [
      `update ledger_entries set amount_micro_aud = amount_micro_aud + ${amount}
        where transaction_id = ${holdOf(jobs.pending)} and book = 'held'`,
      `update ledger_entries set amount_micro_aud = amount_micro_aud - ${amount}
        where transaction_id = ${holdOf(jobs.pending)} and book = 'available'`,
      `update accounts set held_micro_aud = held_micro_aud + ${amount},
        available_micro_aud = available_micro_aud - ${amount} where id = '${accountId}'`,
    ];
    await tamper(...by(10));
    repairs = by(-10);
    expect(await findings()).toEqual({
      'a job that is queued or processed holds its price': {
        [jobs.pending]: 'its price is AUD 0.002667, AUD 0.002677 is held',
      },
    });
  });
});

describe('orphans are named:', () => {
  test('files without a job, files of deleted jobs, and jobs without their file', async () => {
    const { jobs } = await customerWithJobs();
    const keys = [`recordings/${newId()}`, `recordings/${jobs.deleted}`];
    for (const key of keys) {
      await service.storage.put(key, Readable.from(['sound']));
      await utimes(place(key), minutesAgo(5), minutesAgo(5));
    }
    const sound = await service.storage.openRead(`recordings/${jobs.pending}`);
    await service.storage.put('recordings/kept', sound);
    await rm(place(`recordings/${jobs.pending}`));

    const { 'every file is the recording of a job, or a chunk of one': files, ...others } = await findings();
    expect(files).toMatchObject(Object.fromEntries(keys.map((key) => [key, 'no job has this file'])));
    expect(others).toEqual({
      'the recording of every job is stored, and what is to be recognised of it': {
        [`recordings/${jobs.pending}`]: 'its job has lost this file',
      },
    });
    await service.storage.put(`recordings/${jobs.pending}`, Readable.from(['sound']));
    for (const key of [...keys, 'recordings/kept']) await service.storage.delete(key);
    expect(await findings()).toEqual({});
  });

  test('not those that come or go while the audit looks', async () => {
    const { key } = await service.newCustomer();
    const client = createApiClient(service.url, key);
    const looked = new AbortController();
    const coming = (async () => {
      while (!looked.signal.aborted) {
        const { body } = await client.submit();
        await client.send(`/api/v1/jobs/${String(body['job_id'])}`, { method: 'DELETE' });
      }
    })();
    for (let audits = 0; audits < 5; audits += 1) expect(await findings()).toEqual({});
    looked.abort();
    await coming;
  });
});

test('of very much damage the first hundred cases are told, and how many there are', async () => {
  const keys = Array.from({ length: 1200 }, () => `recordings/${newId()}`);
  for (const key of keys) await writeFile(place(key), 'sound');
  const {
    findings: [finding],
    checked,
  } = await service.audit.verify();
  expect(finding).toMatchObject({
    rule: 'every file is the recording of a job, or a chunk of one',
    count: 1200,
  });
  expect(finding?.examples).toHaveLength(100);
  expect(checked.files).toBeGreaterThanOrEqual(1200);
  for (const key of keys) await service.storage.delete(key);
});
