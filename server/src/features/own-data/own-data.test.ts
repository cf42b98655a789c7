import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
import {
  startScriptedService,
  TWO_SPEAKERS,
  untilEnded,
  type ScriptedService,
} from '../../../../test/support/scripted-service.ts';
import {
  createPageClient,
  mailedToken,
  PASSWORD,
  signIn,
  type SignedInPerson,
} from '../../../../test/support/signed-in.ts';
import type { TestService } from '../../../../test/support/test-service.ts';

let scripted: ScriptedService;
let service: TestService;
beforeAll(async () => {
  scripted = await startScriptedService();
  ({ service } = scripted);
});
afterAll(() => service.close());
afterEach(async () => {
  await expectBooksToBalance(service.db);
  expect(service.troubles).toEqual([]);
});

/** Somebody with a key and a recording that is done. */
async function customer() {
  scripted.script(async () => TWO_SPEAKERS);
  const person = await signIn(service);
  const { key } = await service.apiKeys.create(person.accountId, 'my laptop');
  const api = createApiClient(service.url, key);
  const id = String((await api.submit()).body['job_id']);
  await untilEnded(api, id);
  return { ...person, key, api, id };
}

/** The files in an archive, by name, as an independent program reads them. */
async function unzip(archive: Response): Promise<Record<string, string>> {
  const zip = await fromBufferPromise(Buffer.from(await archive.arrayBuffer()));
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    files[entry.fileName] = await text(await zip.openReadStreamPromise(entry));
  }
  return files;
}

const close = async ({ client }: SignedInPerson) =>
  await client.post('/app/account/close', { password: PASSWORD });

const storedOf = async (id: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of service.storage.list('recordings/')) if (key.includes(id)) keys.push(key);
  return keys;
};

describe('the export', () => {
  test('has the account, its keys, its ledger and every transcript, and nothing of anybody else', async () => {
    const other = await customer();
    const { client, id, key, email } = await customer();
    const answer = await client.open('/app/account/export');
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="icana.zip"');
    const files = await unzip(answer);

    const day = new Date().toISOString().slice(0, 10);
    const transcript = `transcripts/${day} talk.mp3 ${id.slice(0, 8)}`;
    expect(Object.keys(files).sort()).toEqual([
      'account.json',
      'api-keys.json',
      'ledger.json',
      'recordings.json',
      `${transcript}.json`,
      `${transcript}.txt`,
      'webhooks.json',
    ]);
    expect(JSON.parse(files['account.json']!)).toMatchObject({ email, status: 'active', time_zone: 'UTC' });
    expect(JSON.parse(files['api-keys.json']!)).toMatchObject([{ name: 'my laptop' }]);
    expect(JSON.parse(files['ledger.json']!)).toHaveLength(3);
    expect(JSON.parse(files['recordings.json']!)).toMatchObject([{ id, filename: 'talk.mp3' }]);
    expect(files[`${transcript}.txt`]).toContain('Good morning.');
    expect(JSON.parse(files[`${transcript}.json`]!)).toMatchObject({ job_id: id });
    const everything = Object.values(files).join();
    expect(everything).not.toContain(key);
    expect(everything).not.toContain(other.id);
  });

  test('of an account with nothing is whole, too', async () => {
    const { client } = await signIn(service);
    const files = await unzip(await client.open('/app/account/export'));
    expect(JSON.parse(files['recordings.json']!)).toEqual([]);
  });

  test('is made for an account so often in a minute and no more', async () => {
    const { client } = await signIn(service);
    const statuses: number[] = [];
    for (let each = 0; each < 121; each += 1) {
      const answer = await client.open('/app/account/export');
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 120 }, () => 200), 429]);
    const another = await signIn(service);
    expect((await another.client.open('/app/account/export')).status).toBe(200);
  });

  test('that is broken off by the browser leaves the service well', async () => {
    const { client } = await customer();
    const answer = await client.open('/app/account/export');
    await answer.body?.cancel();
    expect((await client.get('/app/session')).status).toBe(200);
  });

  test('takes a name of a file that would lead elsewhere as a name', async () => {
    const { client, id } = await customer();
    const hostile = '../../etc/<img src=x>\\..\\cron.mp3';
    await service.db.updateTable('jobs').set({ original_filename: hostile }).where('id', '=', id).execute();
    const names = Object.keys(await unzip(await client.open('/app/account/export')));
    expect(names.filter((name) => name.startsWith('transcripts/'))).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^(transcripts\/)?[^/\\<>]+$/);
  });
});

describe('closing the account', () => {
  test('needs the password', async () => {
    const { client, email } = await signIn(service);
    const answer = await client.post('/app/account/close', { password: 'not the password' });
    expect(answer.headers.get('x-error-code')).toBe('sign_in.password_wrong');
    expect((await service.accounts.byEmail(email)).status).toBe('active');
  });

  test('ends keys and sessions, deletes recordings and texts, and leaves the books without a name', async () => {
    const person = await customer();
    const { id, api, client, email, accountId } = person;
    expect(await storedOf(id)).toHaveLength(1);
    expect((await close(person)).status).toBe(200);
    expect((await client.get('/app/session')).status).toBe(401);
    await expect.poll(async () => (await api.get('/api/v1/usage')).status, { timeout: 2000 }).toBe(401);
    await service.deletions.sweep();
    expect(await storedOf(id)).toEqual([]);
    expect(
      await service.db.selectFrom('transcripts').select('job_id').where('job_id', '=', id).execute(),
    ).toEqual([]);
    expect(await service.accounts.find(email)).toBeNull();
    expect(await service.accounts.byId(accountId)).toMatchObject({
      email: `closed-${accountId}@invalid`,
      status: 'closed',
    });
    expect((await service.credits.balance(accountId)).available).toBeGreaterThan(0);
    expect((await service.mails.outbox())[0]).toMatchObject({ to: email, subject: 'Your account is closed' });
    const login = await createPageClient(service.url).post('/app/auth/log-in', { email, password: PASSWORD });
    expect(login.status).toBe(401);
  });

  test('cancels what is still in work, and gives back what was held', async () => {
    scripted.script(async (_file, { signal } = {}) => {
      await new Promise((_resolve, reject) => signal?.addEventListener('abort', reject));
      return TWO_SPEAKERS;
    });
    const person = await signIn(service);
    const { key } = await service.apiKeys.create(person.accountId, 'key');
    const api = createApiClient(service.url, key);
    await api.submit();
    await expect.poll(async () => (await service.credits.balance(person.accountId)).held).toBeGreaterThan(0);
    expect((await close(person)).status).toBe(200);
    await service.deletions.sweep();
    expect((await service.credits.balance(person.accountId)).held).toBe(0);
  });

  test('frees the address, but the welcome credit is given once', async () => {
    const person = await signIn(service);
    await close(person);
    const again = await signIn(service, { email: person.email });
    expect(again.accountId).not.toBe(person.accountId);
    expect((await again.client.get('/app/session')).body).toMatchObject({
      accountStatus: 'active',
      availableMicroAud: 0,
    });
  });

  test('four times at once closes it once: no welcome credit comes of it, and one mail', async () => {
    const person = await signIn(service, { email: 'hasty@example.org' });
    await Promise.all([close(person), close(person), close(person), close(person)]);
    const told = (await service.mails.outbox()).filter(
      ({ to, subject }) => to === person.email && subject === 'Your account is closed',
    );
    expect(told).toHaveLength(1);
    const { client } = await signIn(service, { email: person.email });
    expect((await client.get('/app/session')).body).toMatchObject({ availableMicroAud: 0 });
  });

  test('makes the links of old mails worthless', async () => {
    const person = await signIn(service, { unverified: true });
    const token = await mailedToken(service, person.email, '/verify');
    await close(person);
    const answer = await createPageClient(service.url).post('/app/auth/verify', {
      token,
      password: PASSWORD,
    });
    expect(answer.headers.get('x-error-code')).toBe('sign_in.link_expired');
  });
});
