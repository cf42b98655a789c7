import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { createOutgoingRequests } from '../../infra/http/outgoing/outgoing-requests.ts';
import { systemClock } from '../../lib/clock.ts';
import { createWebhooks } from './webhooks.service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

/** Public, and an address, so that nothing is asked of a name server. */
const URL_OF_A_RECEIVER = 'https://1.1.1.1/hook';

async function newClient() {
  const { key } = await service.newCustomer();
  return createApiClient(service.url, key);
}
const post = (client: ApiClient, body: string, contentType = 'application/json') =>
  client.send('/api/v1/webhooks', { method: 'POST', body, headers: { 'content-type': contentType } });
const register = (client: ApiClient, url: unknown) => post(client, JSON.stringify({ url }));
const remove = (client: ApiClient, id: unknown) =>
  client.send(`/api/v1/webhooks/${String(id)}`, { method: 'DELETE' });

describe('registering', () => {
  test('answers with a secret that is never shown again', async () => {
    const client = await newClient();
    const { status, body } = await register(client, URL_OF_A_RECEIVER);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      url: URL_OF_A_RECEIVER,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect((await client.get('/api/v1/webhooks')).body).toEqual({
      webhooks: [
        { id: body['id'], url: URL_OF_A_RECEIVER, created_at: body['created_at'], last_delivery: null },
      ],
    });
  });

  test.each([
    [' https://1.1.1.1\n', 'https://1.1.1.1/'],
    ['HTTPS://1.1.1.1:443/a b', 'https://1.1.1.1/a%20b'],
    ['https://1.1.1.1/\0\ud800?ä', 'https://1.1.1.1/%00%EF%BF%BD?%C3%A4'],
    ['https://0x01.1.1.1/', 'https://1.1.1.1/'],
  ])('takes %j for %s', async (text, url) => {
    expect(await register(await newClient(), text)).toMatchObject({ status: 200, body: { url } });
  });

  test('ends at five for an account, also when ten are registered at once', async () => {
    const client = await newClient();
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(client, URL_OF_A_RECEIVER)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    const refused = answers.find(({ status }) => status === 400);
    expect(refused?.headers.get('x-error-code')).toBe('webhooks.too_many');
    expect(refused?.body).toEqual({ detail: 'The account has 5 webhooks already: delete one first.' });
    await remove(client, answers.find(({ status }) => status === 200)?.body['id']);
    expect((await register(client, URL_OF_A_RECEIVER)).status).toBe(200);
  });

  test('resolves no more than five names of an account at once, and none for one that has five webhooks', async () => {
    const resolving = new Map<string, (addresses: LookupAddress[]) => void>();
    const webhooks = createWebhooks({
      database: service.db,
      clock: systemClock,
      queue: { send: () => Promise.reject(new Error('nothing is sent')) },
      outgoing: createOutgoingRequests({
        allowPrivate: false,
        resolve: (name) => new Promise((resolve) => resolving.set(name, resolve)),
      }),
    });
    const { accountId } = await service.newCustomer();
    const { accountId: another } = await service.newCustomer();
    const attempt = (whose: string, i: number) => webhooks.register(whose, `https://silent-${i}.example/`);
    const first = Promise.all([1, 2, 3, 4, 5].map((i) => attempt(accountId, i)));
    await expect.poll(() => resolving.size).toBe(5);
    await expect(attempt(accountId, 6)).rejects.toThrow('The account has 5 webhooks already');
    const others = attempt(another, 7);
    await expect.poll(() => [...resolving.keys()].at(-1)).toBe('silent-7.example');
    for (const resolved of resolving.values()) resolved([{ address: '1.1.1.1', family: 4 }]);
    expect(await Promise.all([first, others])).toHaveLength(2);
    await expect(attempt(accountId, 8)).rejects.toThrow('The account has 5 webhooks already');
    expect(resolving.size).toBe(6);
  });

  test.each([
    ['nonsense', 'it is not a URL.'],
    ['ftp://1.1.1.1/', 'it must begin with https:// or http://.'],
    ['https://me:secret@1.1.1.1/', 'it must not contain a user name or password.'],
    ['http://1.1.1.1:25/', 'its port must be 80, 443 or at least 1024.'],
    ['http://10.1.2.3/', 'its host is inside a private network.'],
    ['http://2130706433/', 'its host is inside a private network.'],
    ['http://[::ffff:10.0.0.1]/', 'its host is not an address of the public internet.'],
    ['http://169.254.169.254/latest/meta-data/', 'its host is where a cloud keeps its secrets.'],
    ['http://localhost:8080/', 'the address of its host is inside a private network.'],
    [`https://1.1.1.1/${'ä'.repeat(400)}`, 'it must have at most 2048 characters.'],
    ['https://no-such-name.invalid/', 'the name of its host cannot be resolved.'],
  ])('refuses %s and says why', async (url, why) => {
    const client = await newClient();
    const answer = await register(client, url);
    expect(answer).toMatchObject({ status: 400, body: { detail: `The webhook URL cannot be used: ${why}` } });
    expect(answer.headers.get('x-error-code')).toBe('webhooks.url_refused');
    expect((await client.get('/api/v1/webhooks')).body).toEqual({ webhooks: [] });
  });

  test.each([
    ['{"url":', 'application/json'],
    ['', 'application/json'],
    ['{}', 'application/json'],
    ['null', 'application/json'],
    ['["https://1.1.1.1/"]', 'application/json'],
    ['{"url":1}', 'application/json'],
    [JSON.stringify({ url: `https://1.1.1.1/${'a'.repeat(2048)}` }), 'application/json'],
    [JSON.stringify({ url: 'https://1.1.1.1/', more: 'a'.repeat(10_000) }), 'application/json'],
    ['{"url":"https://1.1.1.1/","__proto__":{"a":1}}', 'application/json'],
    ['url=https://1.1.1.1/', 'application/x-www-form-urlencoded'],
    ['{"url":"https://1.1.1.1/"}', 'text/plain'],
  ])('refuses the body %.40s (%s) with a sentence', async (body, contentType) => {
    const answer = await post(await newClient(), body, contentType);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ detail: expect.stringMatching(/^The request could not be understood: ./) });
  });
});

describe('a webhook', () => {
  test('is deleted by its owner, once', async () => {
    const client = await newClient();
    const { id } = (await register(client, URL_OF_A_RECEIVER)).body;
    expect(await remove(client, id)).toMatchObject({ status: 200, body: { id, status: 'deleted' } });
    expect((await client.get('/api/v1/webhooks')).body).toEqual({ webhooks: [] });
    expect(await remove(client, id)).toMatchObject({ status: 404, body: { detail: 'Webhook not found' } });
  });

  test('does not exist for another account', async () => {
    const { id } = (await register(await newClient(), URL_OF_A_RECEIVER)).body;
    const stranger = await newClient();
    expect((await remove(stranger, id)).status).toBe(404);
    expect((await stranger.get('/api/v1/webhooks')).body).toEqual({ webhooks: [] });
  });

  test.each(['nonsense', '1', '00000000-0000-0000-0000-000000000000'])('%s is unknown', async (id) => {
    expect((await remove(await newClient(), id)).status).toBe(404);
  });
});

test('JSON is read here and nowhere else', async () => {
  const client = await newClient();
  const answer = await client.send('/api/v1/transcribe', {
    method: 'POST',
    body: '{"url":"x"}',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.headers.get('x-error-code')).toBe('upload.not_multipart');
});
