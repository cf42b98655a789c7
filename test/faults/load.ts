import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Random } from '../../engine/src/speakers/random.ts';
import type { Deployment } from './deployment.ts';
import type { Customer, Journal, Submission } from './journal.ts';
import type { Recording } from './recordings.ts';
import { upload } from './upload.ts';

/** How long a customer goes on repeating a submission that was not answered. */
const PATIENCE_MS = 300_000;
const REPEAT_AFTER_MS = 300;
const LOOK_EVERY_MS = 400;

export interface LoadOptions {
  readonly deployment: Deployment;
  readonly journal: Journal;
  readonly random: Random;
  readonly customers: readonly Customer[];
  readonly recordings: readonly Recording[];
  /** What the first customer submits before all else. */
  readonly opening: Recording;
  /** What an undisturbed run made of each recording, by its name. */
  readonly expected: ReadonlyMap<string, string>;
  /** No more is submitted while this much audio waits. */
  readonly mostBacklogSeconds: number;
}

/** Starts customers who submit, repeat, go away in mid-upload, delete and look, each at his own pace, until stopped. */
export function startLoad(options: LoadOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const steps = createSteps(options);

  async function live(customer: Customer): Promise<void> {
    while (!stopping.signal.aborted) {
      await steps.next(customer);
      await pause(200 + options.random() * 1_000);
    }
  }
  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await steps.look();
      await pause(LOOK_EVERY_MS);
    }
  }
  const [first] = options.customers;
  const lives = [steps.open(first!), ...options.customers.map(live), look()];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(lives);
    },
  };
}

/** Looks after what has been submitted until all of it has ended, or is later than `patienceMs` after its due time. */
export async function seeItEnd(options: LoadOptions, { patienceMs }: { patienceMs: number }): Promise<void> {
  const steps = createSteps(options);
  const isLate = ({ dueAt }: Submission) => Date.now() > dueAt + patienceMs;
  while (options.journal.outstanding().some((each) => !isLate(each))) {
    await steps.look();
    await delay(LOOK_EVERY_MS);
  }
}

function createSteps(options: LoadOptions) {
  const { deployment, journal, random } = options;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const chance = (probability: number) => random() < probability;

  function send(submission: Submission, how: { takesMs: number; cutAt: number }) {
    const { customer, filename, recording, idempotencyKey } = submission;
    const service = pick(deployment.nodes.flatMap((node) => node.service ?? []));
    if (!service) throw new TypeError('no service is up');
    return upload({
      url: service.url,
      key: customer.key,
      filename,
      bytes: recording.bytes,
      idempotencyKey,
      ...how,
    });
  }

  /** Without a key a customer cannot know what became of it, so he leaves it; with one he repeats. */
  async function submit(submission: Submission): Promise<void> {
    const takesMs = chance(0.4) ? 2_000 * random() : 0;
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const answer = await answered(() => send(submission, { takesMs, cutAt: 1 }));
      if (answer?.status === 200) return told(submission, String(answer.body['job_id']));
      if (answer && answer.status !== 500) {
        journal.complain(
          `${submission.filename} was answered ${answer.status} ${JSON.stringify(answer.body)}`,
        );
      }
      submission.outcome = 'uncertain';
      if (submission.idempotencyKey === null) return;
      await delay(REPEAT_AFTER_MS);
    }
    journal.complain(`${submission.filename} was never answered`);
  }

  function told(submission: Submission, jobId: string): void {
    if (submission.jobId === undefined) journal.acknowledge(submission, jobId);
    // What was deleted may be submitted anew, with the same key.
    else if (submission.jobId !== jobId && !submission.deleteAsked)
      journal.complain(`${submission.filename} became a second job, ${jobId}`);
  }

  async function repeat(customer: Customer): Promise<void> {
    const own = journal.submissions.filter((each) => each.customer === customer && !each.deleteAsked);
    const known = own.filter((each) => each.jobId !== undefined && each.idempotencyKey !== null);
    if (known.length === 0) return;
    const submission = pick(known);
    const answer = await answered(() => send(submission, { takesMs: 0, cutAt: 1 }));
    if (answer?.status === 200) told(submission, String(answer.body['job_id']));
  }

  /** Short ones more often than long ones, as in life. */
  const record = (): Recording => options.recordings[Math.floor(random() ** 2 * options.recordings.length)]!;

  async function goAway(customer: Customer): Promise<void> {
    const submission = journal.open({ customer, recording: record(), idempotencyKey: null });
    submission.outcome = 'cut';
    const answer = await answered(() => send(submission, { takesMs: 800, cutAt: 0.2 + 0.6 * random() }));
    if (answer?.status === 200) journal.complain(`${submission.filename} was taken, though it was cut off`);
  }

  async function remove(customer: Customer): Promise<void> {
    const own = journal.submissions.filter((each) => each.customer === customer && each.jobId !== undefined);
    // Most should be there at the end, to be looked at.
    if (own.filter((each) => each.deleteAsked).length >= own.length / 5) return;
    const submission = pick(own);
    submission.deleteAsked = true;
    const method = { method: 'DELETE' };
    await answered(() => deployment.client(customer.key).send(`/api/v1/jobs/${submission.jobId}`, method));
  }

  async function lookAt(submission: Submission): Promise<void> {
    const { customer, filename, jobId, recording } = submission;
    const answer = await answered(() => deployment.client(customer.key).get(`/api/v1/jobs/${jobId}`));
    if (!answer || answer.status === 500) return;
    // Its owner may have asked while we did.
    const { deleteAsked } = submission;
    if (answer.status === 404 && deleteAsked) return journal.end(submission, 'deleted');
    if (answer.status !== 200)
      return journal.complain(`${filename} was answered ${answer.status} when looked at`);
    const { status, error_message: reason, diarization } = answer.body;
    if (status !== 'completed' && status !== 'failed') return;
    journal.end(submission, status);
    if (deleteAsked) return;
    if (status === 'failed') journal.complain(`${filename} failed: ${String(reason)}`);
    else if (diarization !== options.expected.get(recording.name))
      journal.complain(`${filename} has another text than undisturbed: ${String(diarization)}`);
  }

  return {
    async open(customer: Customer): Promise<void> {
      const recording = options.opening;
      await submit(journal.open({ customer, recording, idempotencyKey: randomUUID() }));
    },

    async next(customer: Customer): Promise<void> {
      if (chance(0.08)) return await remove(customer);
      if (chance(0.1)) return await repeat(customer);
      if (chance(0.1)) return await goAway(customer);
      if (chance(0.1)) {
        await answered(() => deployment.client(customer.key).get('/api/v1/jobs?limit=5'));
        await answered(() => deployment.client(customer.key).get('/api/v1/usage'));
        return;
      }
      if (journal.backlogSeconds() > options.mostBacklogSeconds) return;
      const idempotencyKey = chance(0.6) ? randomUUID() : null;
      await submit(journal.open({ customer, recording: record(), idempotencyKey }));
    },

    async look(): Promise<void> {
      await Promise.all(journal.outstanding().map(lookAt));
    },
  };
}

/** The answer, or nothing when there is none because the service is down. Any other error is the test's own. */
async function answered<Some>(ask: () => Promise<Some>): Promise<Some | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { name } = error as Error;
    if (name === 'TypeError' || name === 'AbortError') return undefined;
    throw error;
  }
}
