import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { createJobSubmissions } from './job-submissions.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

/** The way of uploads into a server whose clock is wrong. */
const submissionsAt = (aheadMs: number) =>
  createJobSubmissions({
    database: service.db,
    clock: { now: () => new Date(Date.now() + aheadMs) },
    credits: service.credits,
    queue: { send: () => Promise.reject(new Error('nothing is sent')) },
    storage: service.storage,
    log: pino({ level: 'silent' }),
    keepOpenEveryMs: 100,
  });

test.each([
  ['behind', -3_600_000],
  ['ahead of', 3_600_000],
])(
  'an upload to a server whose clock is %s the others’ is judged by when it was heard of',
  async (_, aheadMs) => {
    const [receiving, judging] = [submissionsAt(aheadMs), submissionsAt(0)];
    const { accountId } = await service.newCustomer();
    const { id } = await receiving.open({ accountId, keyId: null, filename: 'a.mp3', language: 'en' });
    const isAbandoned = async () => (await judging.listAbandoned(2_000)).some((job) => job.id === id);
    expect(await isAbandoned()).toBe(false);
    const letGo = receiving.keepOpen(id);
    await delay(2_500);
    expect(await isAbandoned()).toBe(false);
    letGo();
    await delay(2_500);
    expect(await isAbandoned()).toBe(true);
  },
);
