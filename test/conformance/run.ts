/**
 * `npm run conformance -- [--url URL --admin COMMAND [--receiver HOST] [--max-upload-mb N]] [--chapter NAME]`: holds a
 * server of the Icana Transcription API to its contract. Without `--url` it starts one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Target } from './target.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    admin: { type: 'string' },
    receiver: { type: 'string', default: '127.0.0.1' },
    'max-upload-mb': { type: 'string', default: '500' },
    chapter: { type: 'string' },
  },
});

if ((values.url === undefined) !== (values.admin === undefined)) {
  console.error('Give both --url (where the server answers) and --admin (its operator command), or neither.');
  process.exitCode = 2;
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  const vitest = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', `chapters/${values.chapter ?? ''}`], {
    stdio: 'inherit',
    cwd: import.meta.dirname,
    env: { ...process.env, ...target() },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function target(): Record<string, string> {
  if (values.url === undefined || values.admin === undefined) return {};
  const given: Target = {
    url: values.url,
    adminCommand: values.admin.split(/\s+/).filter(Boolean),
    adminFolder: process.cwd(),
    adminEnvironment: {},
    receiverHost: values.receiver,
    maxUploadMb: Number(values['max-upload-mb']),
  };
  return { CONFORMANCE_TARGET: JSON.stringify(given) };
}
