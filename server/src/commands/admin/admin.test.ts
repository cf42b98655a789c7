import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { registerAdminCommand } from './admin.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

/** Runs `icana admin …` and gives what it printed. */
async function admin(...words: string[]): Promise<string> {
  const program = new Command('icana').exitOverride().configureOutput({ writeErr: () => {} });
  registerAdminCommand(program, async (work) => await work(service));
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    await program.parseAsync(['admin', ...words], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed.trim();
}
const adminJson = async (...words: string[]) =>
  JSON.parse(await admin(...words, '--json')) as Record<string, unknown>;

const setFay = (...options: string[]) => adminJson('account', 'set', 'fay@example.org', ...options);

describe('icana admin account', () => {
  test('create makes an active account with AUD 1.44, once an address', async () => {
    expect(await adminJson('account', 'create', 'Ada@Example.org')).toMatchObject({
      email: 'ada@example.org',
      status: 'active',
      available_aud: 1.44,
      held_aud: 0,
    });
    await expect(admin('account', 'create', 'ada@example.org')).rejects.toThrow(
      'There is an account for ada@example.org already.',
    );
    await expect(admin('account', 'create', 'ada')).rejects.toThrow('"ada" is not an e-mail address.');
  });

  test('list and show are aligned text, or JSON', async () => {
    await admin('account', 'create', 'bob@example.org');
    expect(await admin('account', 'list')).toMatch(
      /^id +email +status .*\n[\s\S]*bob@example\.org +active +1\.44 +0 /,
    );
    expect(await admin('account', 'show', 'bob@example.org')).toMatch(
      /^id +[0-9a-f-]{36}\nemail +bob@example\.org\nstatus +active\n/,
    );
    await expect(admin('account', 'show', 'nobody@example.org')).rejects.toThrow(
      'There is no account for nobody@example.org.',
    );
  });

  test('suspend, restore and close change what its keys are good for', async () => {
    await admin('account', 'create', 'eve@example.org');
    const { key } = await adminJson('key', 'create', 'eve@example.org', 'laptop');
    const status = async () => (await createApiClient(service.url, String(key)).get('/api/v1/usage')).status;
    expect(await status()).toBe(200);
    for (const [step, expected] of [
      ['suspend', 403],
      ['restore', 200],
      ['close', 403],
    ] as const) {
      await admin('account', step, 'eve@example.org');
      await expect.poll(status, { timeout: 1000 }).toBe(expected);
    }
  });

  test('operator opens the pages of the operator to a person, and closes them', async () => {
    await admin('account', 'create', 'gus@example.org');
    expect(await adminJson('account', 'operator', 'gus@example.org', 'on')).toMatchObject({ operator: true });
    expect(await adminJson('account', 'operator', 'gus@example.org', 'off')).toMatchObject({
      operator: false,
    });
    await expect(admin('account', 'operator', 'gus@example.org', 'yes')).rejects.toThrow(
      '"yes" is neither "on" nor "off".',
    );
  });

  test('set gives limits and a time zone, and takes the limits back', async () => {
    await admin('account', 'create', 'fay@example.org');
    expect(await setFay('--submit-limit', '100', '--time-zone', 'Australia/Sydney')).toMatchObject({
      submit_limit: 100,
      request_limit: 'default',
      time_zone: 'Australia/Sydney',
    });
    expect(await setFay('--request-limit', '7', '--submit-limit', 'default')).toMatchObject({
      submit_limit: 'default',
      request_limit: 7,
      time_zone: 'Australia/Sydney',
    });
    expect(await admin('account', 'show', 'fay@example.org')).toContain('\nrequest_limit  7\n');
    await expect(setFay('--submit-limit', 'many')).rejects.toThrow(
      '"many" is neither a number nor "default".',
    );
    await expect(setFay('--request-limit', '0')).rejects.toThrow('from 1 to 1000000');
    await expect(setFay('--time-zone', 'Atlantis')).rejects.toThrow('There is no time zone "Atlantis"');
    await expect(setFay()).rejects.toThrow('Say what to set.');
  });
});

test('every command that changes something is in the log of operators, those that look are not', async () => {
  const email = 'logged@example.org';
  const { id } = await adminJson('account', 'create', email);
  const { key, masked } = await adminJson('key', 'create', email, 'laptop');
  const job = String((await createApiClient(service.url, String(key)).submit()).body['job_id']);
  await service.lifecycle.fail(job, 'for the test');
  await admin('job', 'retry', job);
  await admin('key', 'revoke', email, 'laptop');
  await admin('credit', email, '1', '--reason', 'prize');
  await admin('account', 'set', email, '--time-zone', 'Europe/Paris');
  await admin('account', 'operator', email, 'on');
  await admin('account', 'suspend', email);
  for (const looking of ['account show', 'key list']) await admin(...looking.split(' '), email);
  const { actions } = await service.operatorActions.list({ limit: 20, account: String(id) });
  expect(actions.reverse()).toMatchObject([
    { who: 'command line', what: 'account.create' },
    { who: 'command line', what: 'key.create', details: { masked } },
    { who: 'command line', what: 'job.retry', about: job },
    { who: 'command line', what: 'key.revoke', details: { masked } },
    { who: 'command line', what: 'credit.adjust', details: { amountMicroAud: 1_000_000, reason: 'prize' } },
    {
      who: 'command line',
      what: 'account.set',
      details: { timeZone: 'Europe/Paris', timeZoneBefore: 'UTC' },
    },
    { who: 'command line', what: 'account.operator', details: { isOperator: true } },
    { who: 'command line', what: 'account.suspend' },
  ]);
  expect(actions).toHaveLength(8);
});

describe('icana admin credit', () => {
  test('adds and takes, each with its reason in the ledger', async () => {
    const { id } = await adminJson('account', 'create', 'kim@example.org');
    expect(await adminJson('credit', 'kim@example.org', '10', '--reason', 'prize')).toMatchObject({
      available_aud: 11.44,
    });
    expect(await adminJson('credit', 'kim@example.org', '-1.5', '--reason', 'mistake')).toMatchObject({
      available_aud: 9.94,
    });
    const reasons = await service.db
      .selectFrom('ledger_transactions')
      .select(['kind', 'reason'])
      .where('account_id', '=', String(id))
      .orderBy('created_at')
      .execute();
    expect(reasons).toEqual([
      { kind: 'grant', reason: 'welcome credit' },
      { kind: 'adjustment', reason: 'prize' },
      { kind: 'adjustment', reason: 'mistake' },
    ]);
    await expectBooksToBalance(service.db);
  });

  test('refuses what would go below zero, what is no amount, and what has no reason', async () => {
    await admin('account', 'create', 'lee@example.org');
    await expect(admin('credit', 'lee@example.org', '-1.45', '--reason', 'x')).rejects.toThrow(
      'AUD 1.44 is available, so AUD 1.45 cannot be taken',
    );
    await expect(admin('credit', 'lee@example.org', 'much', '--reason', 'x')).rejects.toThrow(
      '"much" is no amount',
    );
    await expect(admin('credit', 'lee@example.org', '1')).rejects.toThrow('--reason');
    expect(await adminJson('account', 'show', 'lee@example.org')).toMatchObject({ available_aud: 1.44 });
  });
});

describe('icana admin key', () => {
  test('create shows the key, list never does, revoke ends it', async () => {
    await admin('account', 'create', 'mia@example.org');
    const { key } = await adminJson('key', 'create', 'mia@example.org', 'laptop');
    expect(key).toMatch(/^sk_test_[0-9A-Za-z]{32}$/);
    const listed = await admin('key', 'list', 'mia@example.org');
    expect(listed).toContain(`sk_test_…${String(key).slice(-4)}`);
    expect(listed).not.toContain(String(key));
    await admin('key', 'revoke', 'mia@example.org', 'laptop');
    expect((await createApiClient(service.url, String(key)).get('/api/v1/usage')).status).toBe(401);
  });
});

describe('icana admin job', () => {
  test('show tells of any job, retry makes a new one of a failed one', async () => {
    const { key, accountId } = await service.newCustomer();
    const submitted = await createApiClient(service.url, key).submit();
    const id = String(submitted.body['job_id']);
    expect(await adminJson('job', 'show', id)).toMatchObject({
      id,
      status: 'pending',
      account_id: accountId,
      attempts: 0,
    });
    await expect(admin('job', 'retry', id)).rejects.toThrow(
      `Job ${id}: Only a failed job can be tried again, and this one is pending.`,
    );
    await service.lifecycle.fail(id, 'for the test');
    const again = await adminJson('job', 'retry', id);
    expect(again).toMatchObject({ status: 'pending', account_id: accountId, original_filename: 'talk.mp3' });
    expect(again['id']).not.toBe(id);
    await expect(admin('job', 'show', 'x')).rejects.toThrow('There is no job x.');
    await expectBooksToBalance(service.db);
  });
});

/** A customer with one completed job that cost AUD 0.002667. */
async function completedJob() {
  const { key, accountId } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  const id = String((await client.submit()).body['job_id']);
  await service.lifecycle.complete(id, {
    durationSeconds: 10,
    speakerCount: 0,
    segments: [],
    suppressed: [],
  });
  return { client, accountId, id };
}

describe('icana admin refund', () => {
  test('gives back parts of what a job was charged, or all that is left, and never more', async () => {
    const { client, id } = await completedJob();
    const refund = (...options: string[]) => adminJson('refund', id, '--reason', 'poor sound', ...options);
    const moneyNow = async () => {
      const { credit_balance, total_cost, daily } = (await client.get('/api/v1/usage')).body;
      return { credit_balance, total_cost, today: (daily as { cost: number }[]).at(-1)?.cost };
    };
    expect(await refund('--amount', '0.000667')).toEqual({ job_id: id, refunded_aud: 0.000667 });
    expect(await moneyNow()).toEqual({ credit_balance: 1.438, total_cost: 0.002, today: 0.002 });
    await expect(refund('--amount', '0.002001')).rejects.toThrow(
      `AUD 0.002 is left of what job ${id} was charged: refund that or less.`,
    );
    expect(await refund()).toMatchObject({ refunded_aud: 0.002 });
    await expect(refund()).rejects.toThrow('AUD 0.00 is left');
    expect(await moneyNow()).toEqual({ credit_balance: 1.44, total_cost: 0, today: 0 });
    expect((await client.get(`/api/v1/jobs/${id}`)).body).toMatchObject({ status: 'completed' });
    await expectBooksToBalance(service.db);
  });

  test('of many at once for all of it, one is done', async () => {
    const { accountId, id } = await completedJob();
    const attempts = Array.from({ length: 10 }, () => service.refunds.refund({ id, reason: 'at once' }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await service.credits.balance(accountId)).toEqual({ available: 1_440_000, held: 0 });
  });

  test('is refused for what cost nothing, for no amount, for no job, and without a reason', async () => {
    const { client, id } = await completedJob();
    const pending = String((await client.submit()).body['job_id']);
    const because = ['--reason', 'x'];
    await expect(admin('refund', pending, ...because)).rejects.toThrow(
      `Job ${pending} is pending: only a completed job has cost something.`,
    );
    for (const amount of ['0', '-1', 'all']) {
      await expect(admin('refund', id, ...because, `--amount=${amount}`)).rejects.toThrow(
        `"${amount}" is no amount of AUD to give back`,
      );
    }
    await expect(admin('refund', 'x', ...because)).rejects.toThrow('There is no job x.');
    await expect(admin('refund', id)).rejects.toThrow('--reason');
  });
});

describe('icana admin ledger verify', () => {
  const exitCode = process.exitCode;
  afterEach(() => {
    process.exitCode = exitCode;
  });

  test('counts what it looked at and says that all is well', async () => {
    await completedJob();
    expect(await admin('ledger', 'verify')).toMatch(
      /^accounts +\d+\ntransactions +\d+\nentries +\d+\njobs +\d+\nfiles +\d+\n\nThe books are sound\.$/,
    );
    expect(await adminJson('ledger', 'verify')).toMatchObject({ sound: true, findings: [] });
    expect(process.exitCode).toBe(exitCode);
  });

  test('names what is wrong, and ends with status 1', async () => {
    const { id } = await completedJob();
    await service.storage.delete(`recordings/${id}`);
    expect(await admin('ledger', 'verify')).toMatch(
      new RegExp(
        `Broken once: the recording of every job is stored, and what is to be recognised of it\\nsubject +problem\\nrecordings/${id} +its job has lost this file\\n\\nThe books are not sound\\.$`,
      ),
    );
    expect(process.exitCode).toBe(1);
    expect(await adminJson('ledger', 'verify')).toMatchObject({ sound: false, findings: [{ count: 1 }] });
  });
});
