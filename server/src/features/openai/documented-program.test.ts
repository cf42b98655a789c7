import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { startServiceProcess } from '../../../../test/support/service-process.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../../../..');
const SAMPLE = 'server/sample/conversation.mp3';

/** The program for OpenAI that the documentation shows, with a recording that is here. */
async function documentedProgram(): Promise<string> {
  const page = await readFile(path.join(REPOSITORY, 'docs/api.md'), 'utf8');
  const code = [...page.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? '');
  return (code.find((each) => each.includes("from 'openai'")) ?? '').replace('talk.mp3', SAMPLE);
}

test(
  'the program for OpenAI in the documentation works unchanged with the real service',
  { timeout: 120_000 },
  async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'icana-openai-'));
    const service = await startServiceProcess(dataDir);
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', await documentedProgram()],
        {
          cwd: REPOSITORY,
          env: { ...process.env, OPENAI_BASE_URL: `${service.url}/v1`, OPENAI_API_KEY: service.key },
        },
      );
      expect(stdout).toMatch(
        /^A: Good morning\. I would like .*\nB: Good morning\. The next train .*\nA: Thank/,
      );
    } finally {
      await service.interrupt();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
