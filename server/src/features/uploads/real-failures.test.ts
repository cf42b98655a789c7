import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { createApiClient, type ApiClient } from '../../../../test/support/api-client.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { databaseUrl, runStatements } from '../../../../test/support/template-database.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let duringProbe = async (): Promise<void> => {};
let service: TestService;
let client: ApiClient;
beforeEach(async () => {
  duringProbe = async () => {};
  service = await startTestService({
    working: false,
    engine: {
      async probe() {
        await duringProbe();
        return { durationSeconds: 10 };
      },
    },
  });
  client = createApiClient(service.url, (await service.newCustomer()).key);
});
afterEach(async () => {
  await expectBooksToBalance(service.db);
  await service.close();
});

async function expectNothingLeft() {
  expect((await client.get('/api/v1/usage')).body).toMatchObject({ credit_balance: 1.44, credit_held: 0 });
  expect((await client.get('/api/v1/jobs?status=pending')).body['jobs']).toEqual([]);
  expect((await client.get('/api/v1/jobs?status=uploading')).body['jobs']).toEqual([]);
}

test('a disk that takes no files is answered File upload failed, and works again when it does', async () => {
  const objects = path.join(service.folder, 'objects');
  await rm(objects, { recursive: true, force: true });
  // Where folders should be made, a file is in the way: it stops root, too, which a folder without rights does not.
  await writeFile(objects, '');
  const answer = await client.submit();
  expect(answer).toMatchObject({ status: 500, body: { detail: 'File upload failed' } });
  expect(answer.headers.get('x-error-code')).toBe('upload.storage_failed');
  await expectNothingLeft();
  expect((await client.get('/api/v1/jobs')).body['jobs']).toEqual([]);
  expect(service.logLines.join('')).toMatch(/ENOTDIR|EEXIST/);

  await rm(objects);
  expect((await client.submit()).status).toBe(200);
});

test('a database that goes away before the job is queued is answered Transcription submission failed', async () => {
  const { databaseUrl: url = '' } = service.settings;
  const elsewhere = databaseUrl(url, 'postgres');
  const name = new URL(url).pathname.slice(1);
  duringProbe = async () =>
    await runStatements(
      elsewhere,
      `alter database ${name} allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
  const answer = await client.submit();
  expect(answer).toMatchObject({ status: 500, body: { detail: 'Transcription submission failed' } });

  // It comes back with the job as it was, and the sweep ends it: nothing was charged, nothing stays stored.
  await runStatements(elsewhere, `alter database ${name} allow_connections true`);
  const longAgo = new Date(Date.now() - 3_600_000);
  await expect
    .poll(() => service.db.updateTable('jobs').set({ upload_alive_at: longAgo }).execute(), {
      timeout: 10_000,
    })
    .toHaveLength(1);
  await service.uploads.sweep();
  await expectNothingLeft();
  expect((await client.get('/api/v1/jobs')).body['jobs']).toMatchObject([{ status: 'failed' }]);
  expect(await storedFiles(service.folder)).toEqual([]);
});
