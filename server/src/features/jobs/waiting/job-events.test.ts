import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ApiClient } from '../../../../../test/support/api-client.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createJobWaiting, type JobEvent } from './job-waiting.ts';
import { startScriptedService, type ScriptedService } from '../../../../../test/support/scripted-service.ts';

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await startScriptedService();
});
afterAll(() => scripted.service.close());

interface ParsedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The events of a stream that has closed. */
function parseEvents(stream: string): ParsedEvent[] {
  return stream
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      return { event: event!, data: JSON.parse(data!) as Record<string, unknown> };
    });
}

const follow = async (client: ApiClient, id: string) => await client.open(`/api/v1/jobs/${id}/events`);

describe('following a job', () => {
  test('tells its progress as it changes, never falling, then its end, and closes', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    const response = await follow(client, id);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const streamed = response.text();
    // As an attempt that is begun anew reports.
    for (const fraction of [0.25, 0.5, 0.1, 0.75]) {
      await scripted.service.lifecycle.reportProgress(id, fraction);
      await delay(150);
    }
    release();
    const events = parseEvents(await streamed);
    expect(events[0]).toMatchObject({ event: 'progress', data: { status: 'processing' } });
    expect(events.slice(0, -1).map(({ data }) => data['fraction'])).toEqual([0, 0.25, 0.5, 0.75]);
    expect(events.at(-2)?.data).toEqual({
      status: 'processing',
      stage: 'transcribing',
      fraction: 0.75,
      eta_seconds: expect.any(Number),
    });
    expect(events.at(-1)).toEqual({ event: 'end', data: { status: 'completed', error_message: null } });
  });

  test('of a job that has ended is its end alone', async () => {
    const { client, id } = await scripted.completedJob();
    expect(parseEvents(await (await follow(client, id)).text())).toEqual([
      { event: 'end', data: { status: 'completed', error_message: null } },
    ]);
  });

  test('says why a job failed', async () => {
    const { client, id, begun } = await scripted.runningJob();
    await begun;
    const response = await follow(client, id);
    await scripted.service.lifecycle.fail(id, 'a test');
    expect(parseEvents(await response.text()).at(-1)).toEqual({
      event: 'end',
      data: { status: 'failed', error_message: 'a test' },
    });
  });

  test('ends when the job is deleted', async () => {
    const { client, id, begun } = await scripted.runningJob();
    await begun;
    const response = await follow(client, id);
    await client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
    expect(parseEvents(await response.text()).at(-1)).toEqual({
      event: 'end',
      data: { status: 'deleted', error_message: null },
    });
  });

  test('is not for others, and not for ids that are none', async () => {
    const { id } = await scripted.completedJob();
    const stranger = (await scripted.newClient()).client;
    for (const each of [id, 'x']) {
      const answer = await stranger.get(`/api/v1/jobs/${each}/events`);
      expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
    }
  });

  test('holds nothing any more when the client has gone', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    const before = scripted.service.jobWatch.size();
    const leaving = Array.from({ length: 5 }, () => new AbortController());
    await Promise.all(leaving.map(({ signal }) => client.open(`/api/v1/jobs/${id}/events`, { signal })));
    expect(scripted.service.jobWatch.size()).toBe(before + 5);
    for (const each of leaving) each.abort();
    await expect.poll(() => scripted.service.jobWatch.size()).toBe(before);
    release();
  });
});

test('a stream without events has a heartbeat, and its place is free when the signal aborts', async () => {
  const { accountId, id, begun, release } = await scripted.runningJob();
  await begun;
  const { db, jobWatch: watch, outlooks } = scripted.service;
  const jobWaiting = createJobWaiting({
    database: db,
    clock: systemClock,
    watch,
    outlooks,
    limits: { inAll: 1, perAccount: 1 },
    heartbeatMs: 50,
  });
  const leaving = new AbortController();
  const follower = { accountId, id, signal: leaving.signal };
  const events: JobEvent['event'][] = [];
  for await (const { event } of await jobWaiting.events(follower)) {
    events.push(event);
    if (events.length === 4) leaving.abort();
  }
  expect(events).toEqual(['progress', 'heartbeat', 'heartbeat', 'heartbeat']);

  // Also for one who went before he took the first.
  const gone = AbortSignal.abort();
  await jobWaiting.events({ accountId, id, signal: gone });
  const last = new AbortController();
  await jobWaiting.events({ accountId, id, signal: last.signal });
  await expect(jobWaiting.events(follower)).rejects.toMatchObject({ code: 'limits.too_many_waiting' });
  last.abort();
  release();
});
