import type { ApiKeyList, CreatedApiKey } from '@icana/contract/app';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

const make = async ({ client }: SignedInPerson, name: unknown = 'laptop') =>
  await client.post('/app/keys', { name });
const made = async (person: SignedInPerson, name?: string) =>
  (await make(person, name)).body as unknown as CreatedApiKey;
const list = async ({ client }: SignedInPerson) =>
  (await client.get('/app/keys')).body as unknown as ApiKeyList;
const useKey = async (key: string) => await createApiClient(service.url, key).get('/api/v1/usage');

test('a key is shown in full once, works, and is listed by what it was called', async () => {
  const person = await signIn(service);
  expect(await list(person)).toEqual({ keys: [], most: 3 });
  const answer = await make(person, '  my laptop ');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { key, apiKey } = answer.body as unknown as CreatedApiKey;
  expect(key).toMatch(/^sk_test_[0-9A-Za-z]{32}$/);
  expect((await useKey(key)).status).toBe(200);
  const { keys } = await list(person);
  expect(keys).toMatchObject([{ id: apiKey.id, name: 'my laptop', masked: `sk_test_…${key.slice(-4)}` }]);
  expect(keys[0]?.lastUsedAt).toMatch(/Z$/);
  expect(JSON.stringify(keys)).not.toContain(key.slice(8, -4));
});

test('a fourth key is refused, also when ten are asked for at once, until one is revoked', async () => {
  const person = await signIn(service);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => make(person, `key ${index}`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  const refused = answers.find(({ status }) => status !== 200);
  expect(refused).toMatchObject({
    status: 400,
    body: { detail: 'The account has 3 keys already: revoke one first.' },
  });
  expect(refused?.headers.get('x-error-code')).toBe('keys.too_many');
  const { keys } = await list(person);
  await person.client.delete(`/app/keys/${keys[1]?.id}`);
  expect((await make(person)).status).toBe(200);
});

describe('a key that is revoked', () => {
  test('is gone from the list, and opens nothing', async () => {
    const person = await signIn(service);
    const { key, apiKey } = await made(person);
    expect(await person.client.delete(`/app/keys/${apiKey.id}`)).toMatchObject({
      status: 200,
      body: { id: apiKey.id, status: 'revoked' },
    });
    expect((await useKey(key)).status).toBe(401);
    expect((await list(person)).keys).toEqual([]);
    expect((await person.client.delete(`/app/keys/${apiKey.id}`)).status).toBe(404);
  });

  test('is named by its id alone, whatever other keys are called', async () => {
    const person = await signIn(service);
    const first = await made(person, 'first');
    await made(person, first.apiKey.id);
    expect((await person.client.delete('/app/keys/first')).status).toBe(404);
    expect((await person.client.delete(`/app/keys/${first.apiKey.id}`)).status).toBe(200);
    expect((await list(person)).keys).toMatchObject([{ name: first.apiKey.id }]);
  });

  test('is one’s own', async () => {
    const { apiKey, key } = await made(await signIn(service));
    const stranger = await signIn(service);
    for (const id of [apiKey.id, newId(), 'x']) {
      expect(await stranger.client.delete(`/app/keys/${id}`)).toMatchObject({
        status: 404,
        body: { detail: 'Key not found' },
      });
    }
    expect((await useKey(key)).status).toBe(200);
  });
});

test.each(['', '   ', 'x'.repeat(101), 'a\u0000b', 'a\nb'])('a key cannot be called %j', async (name) => {
  const refused = await make(await signIn(service), name);
  expect(refused).toMatchObject({ status: 400, body: { detail: "A key's name has 1 to 100 characters." } });
});

test.each([null, 5, ['laptop'], 'x'.repeat(201)])('a key cannot be called %j, either', async (name) => {
  expect((await make(await signIn(service), name)).status).toBe(400);
});

test('a name is kept as it is, whatever it looks like', async () => {
  const person = await signIn(service);
  const name = '<img src=x onerror=alert(1)> 🎧 ключ';
  await make(person, name);
  expect((await list(person)).keys).toMatchObject([{ name }]);
});

test('an unverified account has one key, which answers 403 and says what is missing', async () => {
  const person = await signIn(service, { unverified: true });
  const { key } = await made(person);
  expect(await useKey(key)).toMatchObject({
    status: 403,
    body: { detail: 'This account is not active: its e-mail address has not been verified.' },
  });
  const second = await make(person);
  expect(second.status).toBe(400);
  expect(second.headers.get('x-error-code')).toBe('keys.unverified');
});

test('a suspended account makes no key, and can revoke those it has', async () => {
  const person = await signIn(service);
  const { apiKey } = await made(person);
  await service.accounts.step(person.email, 'suspend');
  expect((await make(person)).status).toBe(403);
  expect((await person.client.delete(`/app/keys/${apiKey.id}`)).status).toBe(200);
});
