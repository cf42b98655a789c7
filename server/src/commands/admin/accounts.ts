import type { Command } from 'commander';

import type { AccountStep } from '../../features/accounts/accounts.service.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { addAccountSetCommand } from './account-settings.ts';
import { JSON_OPTION, type AnswerWith } from './answer.ts';
import { showAccount } from './show-account.ts';

export function addAccountCommands(admin: Command, answer: AnswerWith): void {
  const account = admin.command('account').description('accounts');
  account
    .command('create <email>')
    .description('make an active account with the welcome credit')
    .option(...JSON_OPTION)
    .action((email: string, options) =>
      answer(options, async ({ operator }) => showAccount(await operator.createAccount(email))),
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
  addAccountSetCommand(account, answer);
  account
    .command('operator <email> <on|off>')
    .description('open the pages of the operator to its person, or close them')
    .option(...JSON_OPTION)
    .action((email: string, state: string, options) =>
      answer(options, async ({ operator }) =>
        showAccount(await operator.setOperator(email, readState(state))),
      ),
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
        answer(options, async ({ operator }) => showAccount(await operator.stepAccount(email, step))),
      );
  }
}

function readState(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new OperatorError(`"${text}" is neither "on" nor "off".`);
  return text === 'on';
}
