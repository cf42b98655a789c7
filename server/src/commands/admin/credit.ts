import type { Command } from 'commander';

import { parseAud } from '../../lib/money.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { JSON_OPTION, type AnswerWith } from './answer.ts';
import { showAccount } from './show-account.ts';

export function addCreditCommand(admin: Command, answer: AnswerWith): void {
  admin
    .command('credit <email> <amount>')
    .description('add credit in AUD, or take it with a negative amount')
    .requiredOption('--reason <text>', 'why; the customer reads it in the history')
    .option(...JSON_OPTION)
    // So that a negative amount is not taken for an option.
    .allowUnknownOption()
    .action((email: string, amount: string, options: { reason: string; json?: boolean }) =>
      answer(options, async ({ operator }) => {
        const amountMicroAud = parseAud(amount);
        if (!amountMicroAud) throw new OperatorError(`"${amount}" is no amount of AUD, such as 10 or -0.50.`);
        return showAccount(await operator.adjustCredit(email, { amountMicroAud, reason: options.reason }));
      }),
    );
}
