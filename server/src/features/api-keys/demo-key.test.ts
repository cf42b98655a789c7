import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { ensureDemoKey } from './demo-key.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

const ensure = () =>
  ensureDemoKey({ accounts: service.accounts, apiKeys: service.apiKeys, dataDir: service.folder });
const demo = () => service.accounts.byEmail('demo@icana.local');

test('the first start makes a demo account with AUD 1.44 and a key that works; the next one gives the same key', async () => {
  const key = await ensure();
  expect(await service.apiKeys.authenticate(key, '127.0.0.1')).toMatchObject({
    accountId: (await demo()).id,
  });
  expect(await demo()).toMatchObject({ status: 'active', availableMicroAud: 1_440_000 });
  expect(await ensure()).toBe(key);
  expect(await service.apiKeys.list((await demo()).id)).toHaveLength(1);
});

test('nobody but its owner can read the file that the key lies in', async () => {
  const key = await ensure();
  const file = path.join(service.folder, 'demo-api-key');
  expect((await readFile(file, 'utf8')).trim()).toBe(key);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a lost file brings a new key and revokes the old one', async () => {
  const lost = await ensure();
  await rm(path.join(service.folder, 'demo-api-key'));
  const key = await ensure();
  expect(key).not.toBe(lost);
  expect(await service.apiKeys.authenticate(lost, '127.0.0.1')).toBeNull();
  expect(await service.apiKeys.authenticate(key, '127.0.0.1')).not.toBeNull();
});
