import type { Command } from 'commander';

import { COMMAND_LINE } from '../../features/operator/operators.ts';
import { addAccountCommands } from './accounts.ts';
import type { AnswerWith, OperatorServices } from './answer.ts';
import { addCreditCommand } from './credit.ts';
import { addJobCommands } from './jobs.ts';
import { addKeyCommands } from './keys.ts';
import { addLedgerCommands } from './ledger.ts';
import { print } from './output.ts';
import { addRefundCommand } from './refund.ts';

/** Opens the services on the deployment's database, for as long as `work` runs. */
export type WithServices = <Result>(work: (services: OperatorServices) => Promise<Result>) => Promise<Result>;

/**
 * Adds `admin …`: accounts, credit, keys, jobs and the books from the command line. Works while the service runs and while it
 * does not. What goes wrong is thrown, an `OperatorError` when its message is all there is to say.
 */
export function registerAdminCommand(program: Command, withServices: WithServices): void {
  const admin = program
    .command('admin')
    .description("the operator's view of accounts, credit, keys, jobs and the books");
  const answer: AnswerWith = async (options, work) => {
    const asOperator = async (services: OperatorServices) =>
      await work({ ...services, operator: services.operators.as(COMMAND_LINE) });
    print(await withServices(asOperator), options.json === true);
  };
  addAccountCommands(admin, answer);
  addCreditCommand(admin, answer);
  addRefundCommand(admin, answer);
  addKeyCommands(admin, answer);
  addJobCommands(admin, answer);
  addLedgerCommands(admin, withServices);
}
