import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';
import { makeRecordings } from './recordings.ts';

const DISK_BYTES = 1024 * 1024;

/** Whether this account may mount; most may not, and the test is skipped. */
function mayMount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let dataDir: string;
let objects: string;
let service: ServiceProcess | undefined;
let mounted = false;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'icana-disk-full-'));
  objects = path.join(dataDir, 'objects');
  await mkdir(objects);
  mounted = mayMount(objects);
});
afterEach(async () => {
  await service?.interrupt();
  if (mounted) execFileSync('umount', [objects]);
  await rm(dataDir, { recursive: true, force: true });
});

test(
  'a full disk refuses a recording, keeps nothing of it, and takes the next when there is room again',
  { timeout: 120_000 },
  async (context) => {
    if (!mounted) context.skip('only root may mount the small disk that this needs');
    service = await startServiceProcess(dataDir, { LOG_LEVEL: 'silent' });
    const { client } = service;
    const { whole: recording } = await makeRecordings();
    const submit = () => client.sendForm([{ name: 'file', value: recording.bytes, filename: 'talk.mp3' }]);
    const filler = path.join(objects, 'filler');
    // Room for a part of the recording.
    await writeFile(filler, Buffer.alloc(DISK_BYTES - recording.bytes.length / 2));

    const refused = await submit();
    expect(refused.status).toBe(500);
    expect(refused.body['detail']).toMatch(/^File upload failed/);
    expect(await filesIn(objects)).toEqual(['filler']);
    expect((await client.get('/api/v1/jobs')).body).toEqual({ jobs: [], next_cursor: null });
    expect((await client.get('/api/v1/usage')).body).toMatchObject({ credit_balance: 1.44, credit_held: 0 });

    await rm(filler);
    const taken = await submit();
    expect(taken.status).toBe(200);
    const job = async () => (await client.get(`/api/v1/jobs/${String(taken.body['job_id'])}`)).body;
    await expect
      .poll(async () => (await job())['status'], { timeout: 90_000, interval: 250 })
      .toBe('completed');
  },
);

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
