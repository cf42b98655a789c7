import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startReceiver } from '../../../../test/support/receiver.ts';
import { startTestService } from '../../../../test/support/test-service.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../../../..');

/** The receiver that the documentation shows. */
async function documentedReceiver(): Promise<string> {
  const page = await readFile(path.join(REPOSITORY, 'docs/api.md'), 'utf8');
  const code = [...page.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? '');
  return code.find((each) => each.includes('standardwebhooks')) ?? '';
}

/** Where nobody listens at the moment. */
async function freeAddress(): Promise<{ port: number; url: string }> {
  const receiver = await startReceiver();
  await receiver.close();
  return receiver;
}

test('the receiver in the documentation takes what is sent, and nothing that is forged', async () => {
  const service = await startTestService({ settings: { webhookAllowPrivate: true } });
  const { key, accountId } = await service.newCustomer();
  const { port, url } = await freeAddress();
  const { secret } = await service.webhooks.register(accountId, url);
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '--eval', await documentedReceiver()],
    {
      cwd: REPOSITORY,
      env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const forge = async () => await fetch(url, { method: 'POST', body: '{"type":"job.completed"}' });
    await expect.poll(async () => (await forge().catch(() => null))?.status, { timeout: 10_000 }).toBe(400);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { body } = await createApiClient(service.url, key).submit();
    const line = String((await lines.next()).value);
    expect(line).toMatch(new RegExp(`^[0-9a-f-]{36} job.completed ${String(body['job_id'])}$`));
    await expect
      .poll(async () => (await service.webhooks.list(accountId)).webhooks[0]?.last_delivery?.outcome)
      .toBe('delivered');
  } finally {
    child.kill();
    await once(child, 'exit');
    await service.close();
  }
});
