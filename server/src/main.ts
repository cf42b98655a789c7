import { CommandError, registerModelsCommand, registerTranscribeCommand } from '@icana/engine/commands';
import { ModelError } from '@icana/engine/models';
import { UnusableAudioError } from '@icana/engine';
import { Command } from 'commander';

import { registerAdminCommand } from './commands/admin/admin.ts';
import { registerStartCommand } from './commands/start.ts';
import { withServices } from './commands/with-services.ts';
import { ApiError } from './infra/http/api-error.ts';
import { OperatorError } from './lib/operator-error.ts';
import { VERSION } from './version.ts';

/** Errors whose message is a sentence for whoever typed the command. Any other is a fault of ours, shown whole. */
const FOR_PEOPLE = [ApiError, CommandError, ModelError, OperatorError, UnusableAudioError];

const program = new Command('icana')
  .description('A recording in, who said what out: on your own machine.')
  .version(VERSION);
registerStartCommand(program);
registerTranscribeCommand(program);
registerModelsCommand(program);
registerAdminCommand(program, withServices);

try {
  await program.parseAsync();
} catch (error) {
  const expected = FOR_PEOPLE.some((kind) => error instanceof kind);
  console.error(expected ? (error as Error).message : error);
  process.exitCode = error instanceof CommandError ? error.exitCode : 1;
}
