import type { Command } from 'commander';

import type { AccountSettings } from '../../features/accounts/accounts.service.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { JSON_OPTION, type AnswerWith } from './answer.ts';
import { showAccount } from './show-account.ts';

/** The word that takes a limit back to what the deployment allows. */
const DEFAULT = 'default';

interface SetOptions {
  readonly submitLimit?: string;
  readonly requestLimit?: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

export function addAccountSetCommand(account: Command, answer: AnswerWith): void {
  account
    .command('set <email>')
    .description('give an account limits and a time zone of its own')
    .option('--submit-limit <number>', `submissions a minute for each key, or "${DEFAULT}"`)
    .option('--request-limit <number>', `other requests a minute for each key, or "${DEFAULT}"`)
    .option('--time-zone <name>', 'the zone whose midnights divide its days, such as Australia/Sydney')
    .option(...JSON_OPTION)
    .action((email: string, options: SetOptions) =>
      answer(options, async ({ operator }) =>
        showAccount(await operator.setAccount(email, settingsIn(options))),
      ),
    );
}

function settingsIn({ submitLimit, requestLimit, timeZone }: SetOptions): Partial<AccountSettings> {
  return {
    ...(submitLimit !== undefined && { submitLimit: readLimit(submitLimit) }),
    ...(requestLimit !== undefined && { requestLimit: readLimit(requestLimit) }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

function readLimit(text: string): number | null {
  if (text === DEFAULT) return null;
  if (!/^\d{1,15}$/.test(text)) throw new OperatorError(`"${text}" is neither a number nor "${DEFAULT}".`);
  return Number(text);
}
