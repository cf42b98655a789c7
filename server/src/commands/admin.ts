import type { Command } from 'commander';

import type { Account, Accounts, AccountStep } from '../features/accounts/accounts.service.ts';
import type { ApiKey, ApiKeys } from '../features/api-keys/api-keys.service.ts';
import type { Credits } from '../features/credits/credits.service.ts';
import type { Resubmissions } from '../features/jobs/resubmissions.ts';
import type { Jobs } from '../features/jobs/jobs.service.ts';
import { parseAud, toAud } from '../lib/money.ts';
import { OperatorError } from '../lib/operator-error.ts';
import { print, type Answer } from './admin-output.ts';

/** The services an operator's commands work on. */
interface OperatorServices {
  readonly accounts: Accounts;
  readonly apiKeys: ApiKeys;
  readonly credits: Credits;
  readonly jobs: Jobs;
  readonly resubmissions: Resubmissions;
}

/** Opens the services on the deployment's database, for as long as `work` runs. */
export type WithServices = <Result>(work: (services: OperatorServices) => Promise<Result>) => Promise<Result>;

type Work = (services: OperatorServices) => Promise<Answer | readonly Answer[]>;

/**
 * Adds `admin …`: accounts, credit, keys and jobs from the command line. Works while the service runs and while it
 * does not. What goes wrong is thrown, an `OperatorError` when its message is all there is to say.
 */
export function registerAdminCommand(program: Command, withServices: WithServices): void {
  const admin = program
    .command('admin')
    .description("the operator's view of accounts, credit, keys and jobs");
  /** Every command can answer in JSON. */
  const answer = async (options: { json?: boolean }, work: Work): Promise<void> => {
    print(await withServices(work), options.json === true);
  };
  addAccountCommands(admin, answer);
  addCreditCommand(admin, answer);
  addKeyCommands(admin, answer);
  addJobCommands(admin, answer);
}

type AnswerWith = (options: { json?: boolean }, work: Work) => Promise<void>;

const JSON_OPTION = ['--json', 'answer in JSON'] as const;

function addAccountCommands(admin: Command, answer: AnswerWith): void {
  const account = admin.command('account').description('accounts');
  account
    .command('create <email>')
    .description('make an active account with the welcome credit')
    .option(...JSON_OPTION)
    .action((email: string, options) =>
      answer(options, async ({ accounts }) => showAccount(await accounts.create(email))),
    );
  account
    .command('list')
    .description('all accounts')
    .option(...JSON_OPTION)
    .action((options) => answer(options, async ({ accounts }) => (await accounts.list()).map(showAccount)));
  account
    .command('show <email>')
    .description('one account')
    .option(...JSON_OPTION)
    .action((email: string, options) =>
      answer(options, async ({ accounts }) => showAccount(await accounts.byEmail(email))),
    );
  const steps: Record<AccountStep, string> = {
    suspend: 'make its keys answer 403',
    restore: 'let its keys work again',
    close: 'end it for good',
  };
  for (const [step, description] of Object.entries(steps) as [AccountStep, string][]) {
    account
      .command(`${step} <email>`)
      .description(description)
      .option(...JSON_OPTION)
      .action((email: string, options) =>
        answer(options, async ({ accounts }) => showAccount(await accounts.step(email, step))),
      );
  }
}

function addCreditCommand(admin: Command, answer: AnswerWith): void {
  admin
    .command('credit <email> <amount>')
    .description('add credit in AUD, or take it with a negative amount')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option(...JSON_OPTION)
    // So that a negative amount is not taken for an option.
    .allowUnknownOption()
    .action((email: string, amount: string, options: { reason: string; json?: boolean }) =>
      answer(options, async ({ accounts, credits }) => {
        const amountMicroAud = parseAud(amount);
        if (!amountMicroAud) throw new OperatorError(`"${amount}" is no amount of AUD, such as 10 or -0.50.`);
        const { id } = await accounts.byEmail(email);
        await credits.adjust({ accountId: id, amountMicroAud, reason: options.reason });
        return showAccount(await accounts.byEmail(email));
      }),
    );
}

function addKeyCommands(admin: Command, answer: AnswerWith): void {
  const key = admin.command('key').description('API keys');
  key
    .command('create <email> <name>')
    .description('make a key and show it, for the only time')
    .option(...JSON_OPTION)
    .action((email: string, name: string, options) =>
      answer(options, async ({ accounts, apiKeys }) => {
        const made = await apiKeys.create((await accounts.byEmail(email)).id, name);
        return { key: made.key, ...showKey(made.apiKey) };
      }),
    );
  key
    .command('list <email>')
    .description('the keys of an account, revoked ones too')
    .option(...JSON_OPTION)
    .action((email: string, options) =>
      answer(options, async ({ accounts, apiKeys }) =>
        (await apiKeys.list((await accounts.byEmail(email)).id)).map(showKey),
      ),
    );
  key
    .command('revoke <email> <key>')
    .description('revoke a key, named by its id, its name or its last four characters')
    .option(...JSON_OPTION)
    .action((email: string, which: string, options) =>
      answer(options, async ({ accounts, apiKeys }) =>
        showKey(await apiKeys.revoke((await accounts.byEmail(email)).id, which)),
      ),
    );
}

function addJobCommands(admin: Command, answer: AnswerWith): void {
  const job = admin.command('job').description('jobs of all accounts');
  job
    .command('show <id>')
    .description('one job')
    .option(...JSON_OPTION)
    .action((id: string, options) => answer(options, async ({ jobs }) => ({ ...(await jobs.inspect(id)) })));
  job
    .command('retry <id>')
    .description('submit a failed job again, as a new job')
    .option(...JSON_OPTION)
    .action((id: string, options) =>
      answer(options, async ({ jobs, resubmissions }) => ({
        ...(await jobs.inspect(await resubmissions.retry(id))),
      })),
    );
}

function showAccount(account: Account): Answer {
  return {
    id: account.id,
    email: account.email,
    status: account.status,
    available_aud: toAud(account.availableMicroAud),
    held_aud: toAud(account.heldMicroAud),
    created_at: account.createdAt.toISOString(),
  };
}

function showKey(key: ApiKey): Answer {
  return {
    id: key.id,
    name: key.name,
    masked: key.masked,
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    last_used_address: key.lastUsedAddress,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
