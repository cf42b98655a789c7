import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { signIn, type SignedInPerson } from '../../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../../test/support/test-service.ts';
import { createJobFeed, type JobFeedEvent } from './job-feed.ts';
import { createJobWatch } from './job-watch.ts';

const RECORDING = { sha256: 'ab'.repeat(32), sizeBytes: 5, durationMs: 90_000 };
const OPTIONS = { language: 'en', prompt: null, numSpeakers: null, minSpeakers: null, maxSpeakers: null };

let service: TestService;
let other: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
  other = await startTestService({ working: false, beside: service });
});
afterAll(async () => {
  await other.close();
  await service.close();
});

let person: SignedInPerson;
beforeEach(async () => {
  person = await signIn(service);
});

/** A job that waits, made by whichever server. */
async function submitted(by = person, on = service): Promise<string> {
  const { accountId } = by;
  const job = await on.submissions.open({ accountId, keyId: null, filename: 'talk.mp3', language: 'en' });
  return await on.submissions.submit(job, RECORDING, { options: OPTIONS, idempotencyKey: null });
}

/** What a stream has told so far, in the order it came: `job ID STATUS FRACTION` and the like. */
function follow(by = person, on = service) {
  const leaving = new AbortController();
  const told: string[] = [];
  async function read() {
    const headers = { cookie: by.cookie };
    const answer = await fetch(`${on.url}/app/jobs/events`, { headers, signal: leaving.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      told.push(...blocks.map(digest));
    }
  }
  const ended = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  return { told, ended, leave: () => leaving.abort() };
}

const nameOf = (job: Record<string, unknown>) => `${String(job['id'])} ${String(job['status'])}`;

function digest(block: string): string {
  const [, event, json] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
  if (event === undefined) return block;
  const data = JSON.parse(json!) as JobFeedEvent & Record<string, unknown>;
  if (event === 'jobs') return `open: ${(data['jobs'] as Record<string, unknown>[]).map(nameOf).join(', ')}`;
  if (event === 'gone') return `gone: ${String(data['id'])}`;
  return `${event}: ${nameOf(data)}`;
}

test('a stream begins with all that is open, then tells what becomes of it, and of what is new', async () => {
  const first = await submitted();
  const { told, leave } = follow();
  await expect.poll(() => told).toEqual([`open: ${first} pending`]);
  const second = await submitted();
  await expect.poll(() => told).toContain(`job: ${second} pending`);
  await service.lifecycle.startProcessing(first);
  await service.lifecycle.fail(second, 'a test');
  await expect.poll(() => told).toContain(`job: ${first} processing`);
  await expect.poll(() => told).toContain(`job: ${second} failed`);
  await person.client.delete(`/app/jobs/${first}`);
  await expect.poll(() => told.at(-1)).toBe(`gone: ${first}`);
  leave();
});

test('who asks again after a break is told first how all that is open stands', async () => {
  const [one, two] = [await submitted(), await submitted()];
  const before = follow();
  await expect.poll(() => before.told).toHaveLength(1);
  before.leave();
  await service.lifecycle.startProcessing(one);
  await service.lifecycle.fail(two, 'a test');
  const after = follow();
  await expect.poll(() => after.told[0]).toBe(`open: ${one} processing`);
  after.leave();
});

test('what happens on another server is told, too', async () => {
  const { told, leave } = follow();
  await expect.poll(() => told).toEqual(['open: ']);
  const id = await submitted(person, other);
  await expect.poll(() => told).toContain(`job: ${id} pending`);
  leave();
});

test("nothing of another account's jobs is told", async () => {
  const stranger = await signIn(service);
  const { told, leave } = follow(stranger);
  await expect.poll(() => told).toEqual(['open: ']);
  await service.lifecycle.startProcessing(await submitted());
  const own = await submitted(stranger);
  await expect.poll(() => told.at(-1)).toBe(`job: ${own} pending`);
  expect(told.filter((each) => !each.includes(own))).toEqual(['open: ']);
  leave();
});

test('progress that is faster than anybody can look is told now and then, and the newest of it always', async () => {
  const id = await submitted();
  await service.lifecycle.startProcessing(id);
  const { told, leave } = follow();
  await expect.poll(() => told).toHaveLength(1);
  for (let step = 1; step < 100; step += 1) await service.lifecycle.reportProgress(id, step / 100);
  await service.lifecycle.fail(id, 'a test');
  await expect.poll(() => told.at(-1)).toBe(`job: ${id} failed`);
  expect(told.length).toBeLessThan(10);
  leave();
});

test('who has not signed in is told nothing', async () => {
  expect((await fetch(`${service.url}/app/jobs/events`)).status).toBe(401);
});

test('a server that closes ends its streams', async () => {
  const closing = await startTestService({ working: false, beside: service });
  const { told, ended } = follow(person, closing);
  await expect.poll(() => told).toEqual(['open: ']);
  await closing.close();
  await ended;
});

const deaf = () => ({ close: async () => undefined });
const fail = (error: Error) => {
  throw error;
};

/** A feed that stands on a watch of its own. */
function ownFeed(options: { limits?: { inAll: number; perAccount: number }; heartbeatMs?: number }) {
  const watch = createJobWatch({ database: service.db, listen: deaf, onError: fail, pollMs: 50 });
  const { db: database, dashboardJobs } = service;
  return { watch, feed: createJobFeed({ database, watch, dashboardJobs, onError: fail, ...options }) };
}

test('changes whose notifications were lost are found, also that a job has ended', async () => {
  const { feed, watch } = ownFeed({});
  const id = await submitted();
  const leaving = new AbortController();
  const told: string[] = [];
  const reading = (async () => {
    for await (const event of feed.events({ accountId: person.accountId, signal: leaving.signal })) {
      told.push(event.event === 'job' ? event.data.status : event.event);
    }
  })();
  await expect.poll(() => told).toEqual(['jobs']);
  await service.lifecycle.startProcessing(id);
  await expect.poll(() => told).toEqual(['jobs', 'processing']);
  await service.lifecycle.fail(id, 'a test');
  await expect.poll(() => told).toEqual(['jobs', 'processing', 'failed']);
  leaving.abort();
  await reading;
  await watch.close();
});

test('a stream without changes has a heartbeat, and its place is free when the signal aborts', async () => {
  const { feed, watch } = ownFeed({ limits: { inAll: 9, perAccount: 1 }, heartbeatMs: 30 });
  const { accountId } = person;
  const leaving = new AbortController();
  const events: string[] = [];
  for await (const { event } of feed.events({ accountId, signal: leaving.signal })) {
    events.push(event);
    expect(() => feed.events({ accountId, signal: leaving.signal })).toThrow('Too many requests');
    if (events.length === 3) leaving.abort();
  }
  expect(events).toEqual(['jobs', 'heartbeat', 'heartbeat']);
  const again = new AbortController();
  feed.events({ accountId, signal: again.signal });
  again.abort();
  await watch.close();
});
