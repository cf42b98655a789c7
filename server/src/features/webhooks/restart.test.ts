import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

import { startReceiver } from '../../../../test/support/receiver.ts';
import { startServiceProcess } from '../../../../test/support/service-process.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../sample/conversation.mp3');
const ENVIRONMENT = { WEBHOOK_ALLOW_PRIVATE: 'yes', ENGINE_PROCESSES: '1' };

test('a message that waits for its receiver survives the death of the service', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'icana-webhook-restart-'));
  const absent = await startReceiver();
  await absent.close();
  let service = await startServiceProcess(dataDir, ENVIRONMENT);
  try {
    const { body: webhook } = await service.client.send('/api/v1/webhooks', {
      method: 'POST',
      body: JSON.stringify({ url: absent.url }),
      headers: { 'content-type': 'application/json' },
    });
    const file = { name: 'file', value: await readFile(SAMPLE), filename: 'conversation.mp3' };
    const { job_id: id } = (await service.client.sendForm([file])).body;
    const lastDelivery = async () =>
      ((await service.client.get('/api/v1/webhooks')).body['webhooks'] as { last_delivery: unknown }[])[0]
        ?.last_delivery;
    await expect.poll(lastDelivery, { timeout: 120_000, interval: 250 }).toMatchObject({ outcome: 'failed' });
    await service.kill();

    const receiver = await startReceiver(undefined, absent.port);
    service = await startServiceProcess(dataDir, ENVIRONMENT);
    await expect.poll(() => receiver.heard.length, { timeout: 60_000, interval: 250 }).toBe(1);
    const [heard] = receiver.heard;
    expect(
      new Webhook(String(webhook['secret'])).verify(
        heard?.body ?? '',
        heard?.headers as Record<string, string>,
      ),
    ).toMatchObject({ type: 'job.completed', data: { id, status: 'completed' } });
    await expect.poll(lastDelivery).toMatchObject({ outcome: 'delivered' });
    await receiver.close();
  } finally {
    await service.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 240_000);
