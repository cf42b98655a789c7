import { beforeAll, expect } from 'vitest';

import type { KeyRecord } from '../admin.ts';
import type { Answer } from '../api.ts';
import { type Customer, newCustomer, operator, strangerWith } from '../customers.ts';
import { form } from '../jobs.ts';
import { line } from '../line.ts';
import { silence } from '../recordings.ts';

const KEY = /^sk_(live|test)_[0-9A-Za-z]{32}$/;

let customer: Customer;
let listed: KeyRecord[];
let revoked: string;
beforeAll(async () => {
  customer = await newCustomer();
  listed = await operator().listKeys(customer.email);
});

const askWith = async (key?: string): Promise<Answer> => await strangerWith(key).get('/api/v1/usage');

line('keys.header', 'the key is the header X-API-Key, and nothing else', async () => {
  const { key } = customer;
  expect((await askWith(key)).status).toBe(200);
  const elsewhere = await Promise.all([
    strangerWith().get('/api/v1/usage', { Authorization: `Bearer ${key}` }),
    strangerWith().get(`/api/v1/usage?api_key=${key}`),
  ]);
  for (const { status } of elsewhere) expect(status).toBe(401);
});

line('keys.form', 'a key is sk_live_ or sk_test_ and 32 base62 characters', async () => {
  expect(customer.key).toMatch(KEY);
});

line('keys.named', 'a key has a name, and lists show its prefix and last four characters', async () => {
  const [first] = listed;
  expect(first).toMatchObject({ name: 'first' });
  expect(first?.masked.startsWith(customer.key.slice(0, 8))).toBe(true);
  expect(first?.masked.endsWith(customer.key.slice(-4))).toBe(true);
});

line('keys.shown-once', 'a key is shown when it is made and never again', async () => {
  expect(JSON.stringify(listed)).not.toContain(customer.key.slice(8, -4));
});

line('keys.401', 'a missing or unknown key is answered 401: Invalid or missing API key', async () => {
  for (const key of [undefined, 'x', `sk_test_${'a'.repeat(32)}`, customer.key.toLowerCase()]) {
    const answer = await askWith(key);
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Invalid or missing API key' } });
  }
});

line('keys.revoked', 'a revoked key is answered 401 at once', async () => {
  revoked = await operator().createKey(customer.email, 'lost');
  expect((await askWith(revoked)).status).toBe(200);
  await operator().revokeKey(customer.email, 'lost');
  const answer = await askWith(revoked);
  expect(answer).toMatchObject({ status: 401, body: { detail: 'Invalid or missing API key' } });
});

line('keys.401-alike', 'missing, unknown and revoked keys get the same body', async () => {
  const unknown = `${customer.key.slice(0, -1)}${customer.key.endsWith('x') ? 'y' : 'x'}`;
  const answers = await Promise.all([undefined, unknown, revoked].map(askWith));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});

line('keys.403', 'the good key of a suspended account is answered 403', async () => {
  const { email, impatient } = customer;
  await operator().setStatus(email, 'suspend');
  expect((await impatient.get('/api/v1/usage')).status).toBe(403);
  expect((await impatient.post('/api/v1/transcribe', form(silence(300)))).status).toBe(403);
  await operator().setStatus(email, 'restore');
  expect((await impatient.get('/api/v1/usage')).status).toBe(200);
});

line(
  'keys.at-most-three',
  'an account has at most 3 unrevoked keys, also when four are made at once',
  async () => {
    const { email } = customer;
    const names = ['a', 'b', 'c', 'd'];
    const made = await Promise.allSettled(names.map((name) => operator().createKey(email, name)));
    // The first key is there already.
    const allowed = names.filter((_, index) => made[index]?.status === 'fulfilled');
    expect(allowed).toHaveLength(2);
    await operator().revokeKey(email, allowed[0]!);
    expect(await operator().createKey(email, 'after one was revoked')).toMatch(KEY);
  },
);

line('keys.closed', 'the good key of a closed account is answered 403', async () => {
  await operator().setStatus(customer.email, 'close');
  expect((await customer.impatient.get('/api/v1/usage')).status).toBe(403);
});
