import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect } from 'vitest';

import { newCustomer, type Customer } from '../customers.ts';
import { hasEnded, jobsOf, show, submit, type Job } from '../jobs.ts';
import { line } from '../line.ts';
import { conversation } from '../recordings.ts';
import { breakOff, uploadHalf } from '../uploads.ts';

const ORDER = ['uploading', 'pending', 'processing', 'completed'];
/** More recordings than a small server works on at once. */
const RECORDINGS = 8;

let customer: Customer;
let other: Customer;
/** Every status each job was seen in, in the order they were seen. */
const histories = new Map<unknown, string[]>();
let finished: Job[];

beforeAll(async () => {
  [customer, other] = await Promise.all([newCustomer(), newCustomer()]);
  const recording = await conversation();
  await Promise.all(Array.from({ length: RECORDINGS }, () => submit(customer.api, recording)));
  finished = await watchUntilEnded();
});

async function watchUntilEnded(): Promise<Job[]> {
  for (;;) {
    const jobs = await jobsOf(customer.api);
    for (const { id, status } of jobs) {
      const history = histories.get(id) ?? [];
      if (history.at(-1) !== status) histories.set(id, [...history, String(status)]);
    }
    if (jobs.every(hasEnded)) return jobs;
    await delay(400);
  }
}

const seen = (): Set<string> => new Set([...histories.values()].flat());

line('statuses.pending', 'a job that is queued is pending', async () => {
  expect(seen()).toContain('pending');
});

line('statuses.uploading', 'a job whose audio is being stored is uploading', async () => {
  const { job, hangUp } = await uploadHalf(other);
  expect(await show(other.api, String(job['id']))).toMatchObject({ status: 'uploading', completed_at: null });
  hangUp();
});

line('statuses.processing', 'a job that is worked on is processing', async () => {
  expect(seen()).toContain('processing');
});

line('statuses.completed', 'a job that ended well is completed, and has its texts', async () => {
  expect(finished).toHaveLength(RECORDINGS);
  for (const { id } of finished) {
    const job = await show(customer.api, String(id));
    expect(job['status']).toBe('completed');
    expect(job['transcription']).toContain('train');
    expect(job['diarization']).toContain('[Speaker 1]: ');
  }
});

line('statuses.failed', 'a job that could not be done is failed, and says why', async () => {
  const { status, error_message: reason, transcription } = await breakOff(other);
  expect({ status, transcription }).toEqual({ status: 'failed', transcription: null });
  expect(String(reason)).toMatch(/\w+ \w+ \w+/);
});

line('statuses.order', 'a job goes through its statuses in their order, and never back', async () => {
  for (const history of histories.values()) {
    const steps = history.map((status) => ORDER.indexOf(status));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  }
});

line('statuses.terminal', 'a job that has ended never changes', async () => {
  const [one] = finished;
  const before = await show(customer.api, String(one!['id']));
  await delay(1500);
  expect(await show(customer.api, String(one!['id']))).toEqual(before);
});
