import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { COMMAND_LINE } from './operators.ts';

let service: TestService;
let operator: SignedInPerson;
beforeAll(async () => {
  service = await startTestService({ working: false });
  operator = await signIn(service, { isOperator: true });
});
afterAll(() => service.close());

interface Page {
  readonly actions: { id: number; what: string; who: string }[];
  readonly nextCursor: string | null;
}
const log = async (query = ''): Promise<Page> =>
  (await operator.client.get(`/app/operator/actions${query}`)).body as unknown as Page;

test('what the command line changes is in the log, and what it is refused is not', async () => {
  const shell = service.operators.as(COMMAND_LINE);
  const email = 'ada@example.org';
  await shell.createAccount(email);
  await expect(shell.createAccount(email)).rejects.toThrow('already');
  await shell.setAccount(email, { submitLimit: 5 });
  await shell.adjustCredit(email, { amountMicroAud: 1, reason: 'r' });
  const { key, apiKey } = await shell.createKey(email, 'laptop');
  await shell.revokeKey(email, 'laptop');
  await shell.setOperator(email, true);
  await shell.stepAccount(email, 'close');
  await expect(shell.stepAccount(email, 'restore')).rejects.toThrow('closed');

  const { actions } = await log();
  expect(actions).toMatchObject([
    { what: 'account.close', details: { from: 'active', to: 'closed' } },
    { what: 'account.operator', details: { isOperator: true } },
    { what: 'key.revoke', details: { masked: apiKey.masked } },
    { what: 'key.create', details: { masked: apiKey.masked } },
    { what: 'credit.adjust', details: { amountMicroAud: 1, reason: 'r' } },
    { what: 'account.set', details: { submitLimit: 5, submitLimitBefore: null } },
    { what: 'account.create', details: {} },
  ]);
  for (const action of actions) expect(action).toMatchObject({ who: 'command line', about: null, email });
  expect(JSON.stringify(actions)).not.toContain(key);
  const rows = await service.db.selectFrom('operator_actions').selectAll().execute();
  expect(JSON.stringify(rows), 'who leaves is named nowhere').not.toContain(email);
});

test('the log is the same in pages as at once', async () => {
  const all = (await log('?limit=100')).actions;
  const pages: Page['actions'][number][] = [];
  let next: string | null = null;
  do {
    const page: Page = await log(`?limit=3${next === null ? '' : `&cursor=${next}`}`);
    pages.push(...page.actions);
    next = page.nextCursor;
  } while (next !== null);
  expect(pages).toEqual(all);
  expect((await operator.client.get('/app/operator/actions?cursor=-1')).status).toBe(400);
});

test.each([
  'update operator_actions set who = null',
  'delete from operator_actions',
  'truncate operator_actions',
])('the database refuses to %s', async (statement) => {
  await expect(sql.raw(statement).execute(service.db)).rejects.toThrow('the log of operators is append-only');
});
