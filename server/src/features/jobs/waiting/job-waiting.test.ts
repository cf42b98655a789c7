import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../../test/support/api-client.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createJobWaiting } from './job-waiting.ts';
import {
  onAnotherServer,
  startScriptedService,
  type ScriptedService,
} from '../../../../../test/support/scripted-service.ts';

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await startScriptedService();
});
afterAll(() => scripted.service.close());

/** The answer, and how long it took. */
async function timed<Result>(answer: Promise<Result>): Promise<{ answer: Result; ms: number }> {
  const begunAt = performance.now();
  return { answer: await answer, ms: performance.now() - begunAt };
}

const nobodyWaits = () => expect.poll(() => scripted.service.jobWatch.size()).toBe(0);

describe('asking for a job with ?wait', () => {
  test('is answered as soon as the job has ended', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    const waiting = timed(client.get(`/api/v1/jobs/${id}?wait=60&expand=segments`));
    await delay(300);
    release();
    const { answer, ms } = await waiting;
    expect(answer).toMatchObject({ status: 200, body: { status: 'completed', segments: [{}, {}] } });
    expect(ms).toBeGreaterThan(290);
    expect(ms).toBeLessThan(2_000);
    await nobodyWaits();
  });

  test('is answered with the job as it is when the time is over', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    const { answer, ms } = await timed(client.get(`/api/v1/jobs/${id}?wait=1`));
    expect(answer).toMatchObject({ status: 200, body: { status: 'processing' } });
    expect(ms).toBeGreaterThan(950);
    expect(ms).toBeLessThan(3_000);
    release();
  });

  test('is answered at once when the job has ended before', async () => {
    const { client, id } = await scripted.completedJob();
    const { answer, ms } = await timed(client.get(`/api/v1/jobs/${id}?wait=60`));
    expect(answer.body['status']).toBe('completed');
    expect(ms).toBeLessThan(1_000);
  });

  test('hears of an end that another server brought about', async () => {
    const { client, id, begun } = await scripted.runningJob();
    await begun;
    const waiting = timed(client.get(`/api/v1/jobs/${id}?wait=60`));
    await delay(100);
    await onAnotherServer(scripted.service, ({ lifecycle }) => lifecycle.fail(id, 'a test'));
    const { answer, ms } = await waiting;
    expect(answer.body).toMatchObject({ status: 'failed', error_message: 'a test' });
    expect(ms).toBeLessThan(4_000);
  });

  test('is answered 404 when the job is deleted meanwhile', async () => {
    const { client, id, begun } = await scripted.runningJob();
    await begun;
    const waiting = client.get(`/api/v1/jobs/${id}?wait=60`);
    await delay(100);
    await client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
    expect(await waiting).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
  });

  test.each(['61', '-1', '1.5', 'long', '', '%205', '1e1'])('of %j is refused', async (wait) => {
    const { client } = await scripted.newClient();
    const answer = await client.get(`/api/v1/jobs/0197f3f0-8d5e-7000-8000-000000000000?wait=${wait}`);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain('wait must be a whole number from 0 to 60');
  });

  test('is no way to learn of the jobs of others', async () => {
    const { id } = await scripted.completedJob();
    const stranger = (await scripted.newClient()).client;
    const { answer, ms } = await timed(stranger.get(`/api/v1/jobs/${id}?wait=60`));
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
    expect(ms).toBeLessThan(1_000);
  });

  test('holds nothing any more when the client has gone', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    // The worker watches the job, too.
    const before = scripted.service.jobWatch.size();
    const leaving = new AbortController();
    const waiting = client.open(`/api/v1/jobs/${id}?wait=60`, { signal: leaving.signal });
    await expect.poll(() => scripted.service.jobWatch.size()).toBe(before + 1);
    leaving.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => scripted.service.jobWatch.size()).toBe(before);
    release();
  });
});

test('no more wait at once than there are places, and a place that is left is free again', async () => {
  const { accountId, id, begun, release } = await scripted.runningJob();
  await begun;
  const { db, jobWatch: watch, outlooks } = scripted.service;
  const jobWaiting = createJobWaiting({
    database: db,
    clock: systemClock,
    watch,
    outlooks,
    limits: { inAll: 3, perAccount: 2 },
  });
  const wait = (signal = new AbortController().signal) =>
    jobWaiting.whenEnded({ accountId, id, signal, timeoutMs: 60_000 });
  const leaving = new AbortController();
  const [left, stayed] = [wait(leaving.signal), wait()];
  await delay(50);
  await expect(wait()).rejects.toMatchObject({ code: 'limits.too_many_waiting', status: 429 });
  leaving.abort();
  expect(await left).toBe(false);
  const another = wait();
  release();
  expect(await Promise.all([stayed, another])).toEqual([true, true]);
});

test('however many wait for a job, one query tells them all of its end', async () => {
  const { client, id, begun, release } = await scripted.runningJob();
  await begun;
  const waiting = Array.from({ length: 50 }, () => client.get(`/api/v1/jobs/${id}?wait=60`));
  await expect.poll(() => scripted.service.jobWatch.size()).toBe(51);
  release();
  const answers = await Promise.all(waiting);
  expect(new Set(answers.map(({ body }) => body['status']))).toEqual(new Set(['completed']));
  await nobodyWaits();
});

test('a server that closes answers those who wait at once, with the job as it is', async () => {
  const closing = await startScriptedService({ working: false });
  const { key } = await closing.service.newCustomer();
  const client = createApiClient(closing.service.url, key);
  const id = String((await client.submit()).body['job_id']);
  const waiting = client.get(`/api/v1/jobs/${id}?wait=60`);
  const following = client.open(`/api/v1/jobs/${id}/events`).then((response) => response.text());
  await expect.poll(() => closing.service.jobWatch.size()).toBe(2);
  const { ms } = await timed(closing.service.close());
  expect(await waiting).toMatchObject({ status: 200, body: { status: 'pending' } });
  expect(await following).not.toContain('event: end');
  expect(ms).toBeLessThan(10_000);
});
