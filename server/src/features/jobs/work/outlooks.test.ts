import type { Measure } from '@icana/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient, type ApiClient } from '../../../../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createOutlooks } from './outlooks.ts';

let durationSeconds = 0;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    working: false,
    engine: { probe: async () => ({ durationSeconds }) },
  });
});
afterAll(() => service.close());

async function submit(client: ApiClient, seconds: number): Promise<string> {
  durationSeconds = seconds;
  return String((await client.submit()).body['job_id']);
}
const newClient = async () => createApiClient(service.url, (await service.newCustomer()).key);
const progressOf = async (client: ApiClient, id: string) =>
  (await client.get(`/api/v1/jobs/${id}?expand=progress`)).body['progress'] as Record<string, unknown>;

/** Tells of work by a worker with two processes, and waits until it is written down. */
async function learn(...measures: Measure[]): Promise<void> {
  const failures: Error[] = [];
  for (const measure of measures) {
    // Each its own, because one writes down only now and then.
    const outlooks = createOutlooks({
      database: service.db,
      clock: systemClock,
      engineProcesses: 2,
      onError: (error) => failures.push(error),
    });
    const before = await costOf(measure.stage);
    outlooks.learn(measure);
    await expect.poll(() => costOf(measure.stage)).not.toBe(before);
  }
  expect(failures).toEqual([]);
}

async function costOf(stage: Measure['stage']): Promise<number | undefined> {
  const query = service.db.selectFrom('work_costs').select('seconds_per_audio_second');
  return (await query.where('stage', '=', stage).executeTakeFirst())?.seconds_per_audio_second;
}

test('how long a job will take is told by how long work takes here and by what goes before it', async () => {
  const client = await newClient();
  const long = await submit(client, 1800);
  expect(await progressOf(client, long), 'before anything was ever done').toEqual({
    stage: 'queued',
    fraction: 0,
    eta_seconds: null,
  });

  // Of one second a worker's two processes have 0.02 and 0.08 and 0.01 to do: half of each, as both work.
  await learn(
    { stage: 'prepare', audioSeconds: 100, busySeconds: 2 },
    { stage: 'recognise', audioSeconds: 100, busySeconds: 16 },
    { stage: 'speakers', audioSeconds: 100, busySeconds: 2 },
  );
  expect(await progressOf(client, long)).toMatchObject({ stage: 'queued', eta_seconds: 180 });

  // A short one that comes later goes before nearly all of it.
  const short = await submit(await newClient(), 100);
  const shortProgress = await service.jobs.inspect(short);
  expect(shortProgress.progress).toMatchObject({ eta_seconds: expect.any(Number) });
  expect(shortProgress.progress!.eta_seconds).toBeLessThan(30);
  expect(await progressOf(client, long)).toMatchObject({ eta_seconds: 190 });

  await service.lifecycle.startProcessing(long);
  await service.lifecycle.reportProgress(long, 0.5);
  expect(await progressOf(client, long)).toMatchObject({
    stage: 'transcribing',
    fraction: 0.5,
    eta_seconds: 100,
  });
});

test('what is measured later moves the average, by how much audio it is of', async () => {
  const before = await costOf('recognise');
  expect(before).toBeCloseTo(0.08);
  await learn({ stage: 'recognise', audioSeconds: 600, busySeconds: 600 * 0.32 });
  expect(await costOf('recognise')).toBeCloseTo(0.12);
});
