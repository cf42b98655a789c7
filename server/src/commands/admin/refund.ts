import type { Command } from 'commander';

import { parseAud, toAud } from '../../lib/money.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import { JSON_OPTION, type AnswerWith } from './answer.ts';

export function addRefundCommand(admin: Command, answer: AnswerWith): void {
  admin
    .command('refund <job-id>')
    .description('give back what a completed job was charged')
    .requiredOption('--reason <text>', 'why; the customer reads it in the history')
    .option('--amount <aud>', 'a part of it, in AUD; all that is left when not given')
    .option(...JSON_OPTION)
    .action((id: string, options: { reason: string; amount?: string; json?: boolean }) =>
      answer(options, async ({ operator }) => {
        const { reason, amount } = options;
        const amountMicroAud = amount === undefined ? undefined : positiveAud(amount);
        return { job_id: id, refunded_aud: toAud(await operator.refund({ id, amountMicroAud, reason })) };
      }),
    );
}

function positiveAud(text: string): number {
  const amountMicroAud = parseAud(text);
  if (!amountMicroAud || amountMicroAud < 0) {
    throw new OperatorError(`"${text}" is no amount of AUD to give back, such as 0.25.`);
  }
  return amountMicroAud;
}
