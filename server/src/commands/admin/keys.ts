import type { Command } from 'commander';

import type { ApiKey } from '../../features/api-keys/api-keys.service.ts';
import { JSON_OPTION, type AnswerWith } from './answer.ts';
import type { Answer } from './output.ts';

export function addKeyCommands(admin: Command, answer: AnswerWith): void {
  const key = admin.command('key').description('API keys');
  key
    .command('create <email> <name>')
    .description('make a key and show it, for the only time')
    .option(...JSON_OPTION)
    .action((email: string, name: string, options) =>
      answer(options, async ({ operator }) => {
        const made = await operator.createKey(email, name);
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
      answer(options, async ({ operator }) => showKey(await operator.revokeKey(email, which))),
    );
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
