import { setTimeout as delay } from 'node:timers/promises';
import type { Webhook as WebhookView } from '@icana/contract';
import { UnusableAudioError } from '@icana/engine';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import {
  startReceiver,
  type Answerer,
  type HeardRequest,
  type Receiver,
} from '../../../../test/support/receiver.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { createOutgoingRequests } from '../../infra/http/outgoing/outgoing-requests.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createDeliverHandler } from './deliver-handler.ts';
import { deliverTask } from './deliver-task.ts';

/** Says what goes wrong when a task is sent; nothing by default. */
let onSend: (task: string) => void = () => undefined;
/** Whether recordings are at fault. */
let broken = false;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    settings: { webhookAllowPrivate: true },
    engine: {
      async transcribe() {
        if (broken) throw new UnusableAudioError('The recording is broken.');
        return { durationSeconds: 10, speakerCount: 0, segments: [], suppressed: [] };
      },
    },
    wrapQueue: (queue) => ({
      ...queue,
      send: async (tx, task, payload, options) => {
        onSend(task.name);
        return await queue.send(tx, task, payload, options);
      },
    }),
  });
});
afterAll(() => service.close());

const receivers: Receiver[] = [];
afterEach(async () => {
  onSend = () => undefined;
  broken = false;
  await Promise.all(receivers.splice(0).map((each) => each.close()));
});
async function receiver(answer?: Answerer, port?: number): Promise<Receiver> {
  const started = await startReceiver(answer, port);
  receivers.push(started);
  return started;
}

/** A new account with webhooks at the URLs. */
async function customerWith(...urls: string[]) {
  const { key, accountId, email } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  const created = [];
  for (const url of urls) created.push(await service.webhooks.register(accountId, url));
  return {
    client,
    accountId,
    email,
    secrets: created.map(({ secret }) => secret),
    submit: async () => String((await client.submit()).body['job_id']),
    deliveries: async () =>
      ((await client.get('/api/v1/webhooks')).body['webhooks'] as WebhookView[]).map(
        (each) => each.last_delivery,
      ),
  };
}

const verify = (heard: HeardRequest | undefined, secret: string | undefined) =>
  new Webhook(secret ?? '').verify(heard?.body ?? '', heard?.headers as Record<string, string>);

const hasEnded = (job: { body: Record<string, unknown> }) => job.body['completed_at'] !== null;

/** Runs one try at a message about an ended job, as the queue would. */
async function tryOnce(
  about: { webhookId: string; jobId: string },
  { allowPrivate = true, answerWithinMs = 5000 } = {},
): Promise<void> {
  const handler = createDeliverHandler({
    database: service.db,
    clock: systemClock,
    outgoing: createOutgoingRequests({ allowPrivate }),
    jobs: service.jobs,
    log: pino({ level: 'silent' }),
    answerWithinMs,
  });
  await handler.handle({
    taskId: newId(),
    payload: { messageId: newId(), type: 'job.completed', ...about },
    signal: new AbortController().signal,
    completeIn: async () => undefined,
  });
}

async function endedJobOf({ client, submit }: Awaited<ReturnType<typeof customerWith>>): Promise<string> {
  const jobId = await submit();
  await expect.poll(async () => hasEnded(await client.get(`/api/v1/jobs/${jobId}`))).toBe(true);
  return jobId;
}

describe('the end of a job', () => {
  test('is told to every webhook of its account, signed, as the list of jobs has it', async () => {
    const [one, another] = [await receiver(), await receiver()];
    const { client, submit, secrets, deliveries } = await customerWith(one.url, another.url);
    const id = await submit();
    await expect.poll(() => [one.heard.length, another.heard.length]).toEqual([1, 1]);
    const { jobs } = (await client.get('/api/v1/jobs')).body as {
      jobs: { id: string; completed_at: string }[];
    };
    expect(jobs).toMatchObject([{ id, status: 'completed' }]);
    const event = { type: 'job.completed', timestamp: jobs[0]?.completed_at, data: jobs[0] };
    expect(verify(one.heard[0], secrets[0])).toEqual(event);
    expect(verify(another.heard[0], secrets[1])).toEqual(event);
    expect(one.heard[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    await expect
      .poll(deliveries)
      .toMatchObject([{ outcome: 'delivered', reason: null }, { outcome: 'delivered' }]);
  });

  test('is told with the reason when the job failed', async () => {
    broken = true;
    const { heard, url } = await receiver();
    const { submit, secrets } = await customerWith(url);
    const id = await submit();
    await expect.poll(() => heard.length).toBe(1);
    expect(verify(heard[0], secrets[0])).toMatchObject({
      type: 'job.failed',
      data: { id, status: 'failed', error_message: 'The recording is broken.' },
    });
  });

  test('is signed with the secret of the webhook alone', async () => {
    const { heard, url } = await receiver();
    const { submit } = await customerWith(url);
    const { secrets } = await customerWith(url);
    await submit();
    await expect.poll(() => heard.length).toBe(1);
    expect(() => verify(heard[0], secrets[0])).toThrow('No matching signature');
  });

  test('is not told when it is rolled back, and told once when it holds at last', async () => {
    const [one, another] = [await receiver(), await receiver()];
    const { client, submit } = await customerWith(one.url, another.url);
    let sends = 0;
    onSend = (task) => {
      // The message to the first webhook has been sent by then, in the transaction that this undoes.
      if (task === deliverTask.name && (sends += 1) === 2) throw new Error('the queue is gone');
    };
    const id = await submit();
    await expect.poll(() => sends).toBeGreaterThanOrEqual(2);
    await expect.poll(() => [one.heard.length, another.heard.length], { timeout: 20_000 }).toEqual([1, 1]);
    await delay(500);
    expect([one.heard.length, another.heard.length]).toEqual([1, 1]);
    // Of the try that was undone nothing was sent: that message would have come besides.
    expect((await client.get(`/api/v1/jobs/${id}`)).body['status']).toBe('completed');
  });

  test('is told to nobody else', async () => {
    const { heard, url } = await receiver();
    await customerWith(url);
    const other = await customerWith();
    const id = await other.submit();
    await expect.poll(async () => hasEnded(await other.client.get(`/api/v1/jobs/${id}`))).toBe(true);
    await delay(500);
    expect(heard).toEqual([]);
  });
});

describe('a receiver', () => {
  test('that was down hears the same message when it is up again', async () => {
    const first = await receiver();
    const { submit, secrets, deliveries } = await customerWith(first.url);
    await first.close();
    await submit();
    await expect
      .poll(deliveries)
      .toMatchObject([{ outcome: 'failed', reason: 'Nobody listens at the receiver.' }]);
    const again = await receiver(undefined, first.port);
    await expect.poll(() => again.heard.length, { timeout: 20_000 }).toBe(1);
    expect(verify(again.heard[0], secrets[0])).toMatchObject({ type: 'job.completed' });
    await expect.poll(deliveries).toMatchObject([{ outcome: 'delivered', reason: null }]);
  }, 40_000);

  test('that fails hears every try under one id, signed anew', async () => {
    const answers = [500, 200];
    const { heard, url } = await receiver((response) => response.writeHead(answers.shift() ?? 200).end());
    const { submit, secrets, deliveries } = await customerWith(url);
    await submit();
    await expect
      .poll(deliveries)
      .toMatchObject([{ outcome: 'failed', reason: 'The receiver answered with status 500.' }]);
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    const [first, second] = heard;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first?.headers['webhook-timestamp']),
    );
    expect(verify(second, secrets[0])).toMatchObject({ type: 'job.completed' });
  }, 40_000);

  test('that redirects has not taken the message, and it goes nowhere else', async () => {
    const elsewhere = await receiver();
    const { url } = await receiver((response) => response.writeHead(308, { location: elsewhere.url }).end());
    const { submit, deliveries } = await customerWith(url);
    await submit();
    await expect.poll(deliveries).toMatchObject([{ reason: 'The receiver answered with status 308.' }]);
    expect(elsewhere.heard).toEqual([]);
  });

  test('whose answer does not end has taken the message', async () => {
    const { url } = await receiver((response) => {
      const pour = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on('close', () => clearInterval(pour));
    });
    const { submit, deliveries } = await customerWith(url);
    await submit();
    await expect.poll(deliveries).toMatchObject([{ outcome: 'delivered' }]);
  });

  test('that does not answer holds up no other account', async () => {
    const silent = await receiver(() => undefined);
    const slow = await customerWith(silent.url);
    for (let sent = 0; sent < 6; sent += 1) await slow.submit();
    await expect.poll(() => silent.heard.length).toBe(2);
    const { heard, url } = await receiver();
    await (await customerWith(url)).submit();
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(1);
    // Its own messages wait for each other.
    expect(silent.heard).toHaveLength(2);
  });

  test('that does not answer holds up no other account in the company of four more', async () => {
    const silent = await receiver(() => undefined);
    const slow = await Promise.all(Array.from({ length: 5 }, () => customerWith(silent.url)));
    for (const each of slow) await Promise.all([each.submit(), each.submit(), each.submit()]);
    await expect.poll(() => silent.heard.length, { timeout: 10_000 }).toBe(10);
    const { heard, url } = await receiver();
    await (await customerWith(url)).submit();
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(1);
  });
});

describe('nothing is sent', () => {
  test.each(['suspend', 'close'] as const)('after %s of the account', async (step) => {
    const { heard, url } = await receiver();
    const customer = await customerWith();
    const jobId = await endedJobOf(customer);
    const { id: webhookId } = await service.webhooks.register(customer.accountId, url);
    await tryOnce({ webhookId, jobId });
    expect(heard).toHaveLength(1);
    await service.accounts.step(customer.email, step);
    await tryOnce({ webhookId, jobId });
    expect(heard).toHaveLength(1);
  });

  test('to a webhook that was deleted', async () => {
    const { heard, url } = await receiver();
    const customer = await customerWith();
    const jobId = await endedJobOf(customer);
    const { id: webhookId } = await service.webhooks.register(customer.accountId, url);
    await service.webhooks.remove(customer.accountId, webhookId);
    await tryOnce({ webhookId, jobId });
    expect(heard).toEqual([]);
  });

  test('about a job that was deleted', async () => {
    const { heard, url } = await receiver();
    const customer = await customerWith();
    const jobId = await endedJobOf(customer);
    const { id: webhookId } = await service.webhooks.register(customer.accountId, url);
    const deleted = await customer.client.send(`/api/v1/jobs/${jobId}`, { method: 'DELETE' });
    expect(deleted.status).toBe(200);
    await tryOnce({ webhookId, jobId });
    expect(heard).toEqual([]);
  });

  test('to a name that has come to stand for this machine', async () => {
    const { heard, port } = await receiver();
    const customer = await customerWith();
    const jobId = await endedJobOf(customer);
    const { id: webhookId } = await service.webhooks.register(
      customer.accountId,
      `http://localhost:${port}/`,
    );
    await expect(tryOnce({ webhookId, jobId }, { allowPrivate: false })).rejects.toThrow(
      'inside a private network',
    );
    expect(heard).toEqual([]);
    expect(await customer.deliveries()).toMatchObject([
      { reason: 'The URL cannot be used: the address of its host is inside a private network.' },
    ]);
  });

  test('but to a receiver that is too slow a second time: the first counts as not taken', async () => {
    const { heard, url } = await receiver(() => undefined);
    const customer = await customerWith();
    const jobId = await endedJobOf(customer);
    const { id: webhookId } = await service.webhooks.register(customer.accountId, url);
    const begun = Date.now();
    await expect(tryOnce({ webhookId, jobId }, { answerWithinMs: 300 })).rejects.toThrow(
      'did not answer in time',
    );
    expect(Date.now() - begun).toBeLessThan(3000);
    expect(heard).toHaveLength(1);
    expect(await customer.deliveries()).toMatchObject([
      { outcome: 'failed', reason: 'The receiver did not answer in time.' },
    ]);
  });
});
