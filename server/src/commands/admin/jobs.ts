import type { Command } from 'commander';

import { JSON_OPTION, type AnswerWith } from './answer.ts';

export function addJobCommands(admin: Command, answer: AnswerWith): void {
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
      answer(options, async ({ jobs, operator }) => ({
        ...(await jobs.inspect(await operator.retryJob(id))),
      })),
    );
}
