import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createPageClient, cookieOf, PASSWORD } from '../support/signed-in.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';

const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');
const EMAIL = 'olga@example.org';

let dataDir: string;
let registry: Server;
let service: ServiceProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'icana-faults-'));
  // It takes requests and never answers.
  registry = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => registry.once('listening', resolve));
  const { port } = registry.address() as AddressInfo;
  service = await startServiceProcess(dataDir, { npm_config_registry: `http://127.0.0.1:${port}` });
});
afterEach(async () => {
  if (service.process.exitCode === null) await service.kill();
  registry.closeAllConnections();
  registry.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The pages of somebody who registers, opens the link of the mail, and is made an operator. */
async function operatorsPages() {
  const page = createPageClient(service.url);
  await page.post('/app/auth/register', { email: EMAIL, password: PASSWORD });
  const outbox = await (await page.open('/outbox')).text();
  const token = /\/verify\?token=([\w.-]+)/.exec(outbox)?.[1];
  const { headers } = await page.post('/app/auth/verify', { token, password: PASSWORD });
  const env = { ...process.env, DATA_DIR: dataDir };
  execFileSync(process.execPath, [COMMAND, 'admin', 'account', 'operator', EMAIL, 'on'], { env });
  return createPageClient(service.url, cookieOf(headers));
}

test('a service that is stopped while it fetches a model ends at once, and as it should', async () => {
  const operator = await operatorsPages();
  const asked = new Promise((resolve) => registry.once('request', resolve));
  const begun = await operator.post('/app/operator/models/moonshine-tiny-en/fetch', { acceptLicence: false });
  expect(begun.body).toEqual({});
  await asked;
  const stopped = Date.now();
  expect(await service.interrupt()).toBe(0);
  expect(Date.now() - stopped).toBeLessThan(10_000);
});
