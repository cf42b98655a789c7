import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { expectBooksToBalance } from '../../../../test/invariants/books.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { storedFiles } from '../../../../test/support/stored-files.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { newId } from '../../lib/ids.ts';

const RECORDING = { sha256: 'ab'.repeat(32), sizeBytes: 5, durationMs: 90_000 };
const OPTIONS = { language: 'en', prompt: null, numSpeakers: null, minSpeakers: null, maxSpeakers: null };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false });
});
afterAll(() => service.close());

let person: SignedInPerson;
beforeEach(async () => {
  person = await signIn(service);
});

/** A job that waits, whose recording is stored. */
async function submitted(filename = 'talk.mp3', by = person): Promise<string> {
  const { accountId } = by;
  const job = await service.submissions.open({ accountId, keyId: null, filename, language: 'en' });
  await service.storage.put(job.storage_key, Readable.from([Buffer.from('sound')]));
  return await service.submissions.submit(job, RECORDING, { options: OPTIONS, idempotencyKey: null });
}

async function failed(filename?: string): Promise<string> {
  const id = await submitted(filename);
  await service.lifecycle.fail(id, 'The recording breaks off.');
  return id;
}

interface Page {
  readonly jobs: { id: string; filename: string }[];
  readonly nextCursor: string | null;
}

async function list(query = ''): Promise<Page> {
  const { status, body } = await person.client.get(`/app/jobs${query}`);
  expect(status).toBe(200);
  return body as unknown as Page;
}

const namesOf = ({ jobs }: Page) => jobs.map(({ filename }) => filename);

const found = async (text: string) => namesOf(await list(`?search=${encodeURIComponent(text)}`));

const retry = async (id: string) => await person.client.post(`/app/jobs/${id}/retry`);

describe('the list', () => {
  test('shows of each job what it costs, how far it is and what can be done', async () => {
    const id = await submitted();
    await service.lifecycle.startProcessing(id);
    await service.lifecycle.reportProgress(id, 0.5);
    const broken = await failed('broken.mp3');
    expect((await list()).jobs).toEqual([
      expect.objectContaining({
        id: broken,
        status: 'failed',
        progress: null,
        heldMicroAud: 0,
        chargedMicroAud: 0,
        errorMessage: 'The recording breaks off.',
        canRetry: true,
      }),
      {
        id,
        status: 'processing',
        filename: 'talk.mp3',
        language: 'en',
        durationSeconds: 90,
        progress: { fraction: 0.5, etaSeconds: expect.any(Number) as number },
        heldMicroAud: 24_000,
        chargedMicroAud: null,
        errorMessage: null,
        canRetry: false,
        createdAt: expect.stringMatching(/Z$/) as string,
        completedAt: null,
      },
    ]);
  });

  test('can be narrowed to those that are open, completed or failed', async () => {
    const open = await submitted();
    const broken = await failed();
    expect((await list('?state=open')).jobs.map(({ id }) => id)).toEqual([open]);
    expect((await list('?state=failed')).jobs.map(({ id }) => id)).toEqual([broken]);
    expect(await list('?state=completed')).toEqual({ jobs: [], nextCursor: null });
    expect(await person.client.get('/app/jobs?state=lost')).toMatchObject({ status: 400 });
  });

  test('can be searched for a part of a name, whose signs mean themselves', async () => {
    for (const name of ['Board 100%.mp3', 'board_2.mp3', 'boardX2.mp3', 'a\\b.mp3', 'Ärzte.mp3']) {
      await submitted(name);
    }
    expect(await found('BOARD')).toEqual(['boardX2.mp3', 'board_2.mp3', 'Board 100%.mp3']);
    expect(await found('%')).toEqual(['Board 100%.mp3']);
    expect(await found('d_2')).toEqual(['board_2.mp3']);
    expect(await found('\\')).toEqual(['a\\b.mp3']);
    expect(await found('ärz')).toEqual(['Ärzte.mp3']);
    expect(await found("'; drop table jobs")).toEqual([]);
    expect(await person.client.get(`/app/jobs?search=${'a'.repeat(101)}`)).toMatchObject({ status: 400 });
  });

  test('turns its pages without gap or repeat', async () => {
    const names = ['a.mp3', 'b.mp3', 'c.mp3', 'd.mp3', 'e.mp3'];
    for (const name of names) await submitted(name);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`?limit=2&search=mp3${cursor && `&cursor=${cursor}`}`);
      seen.push(...namesOf(page));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(names.toReversed());
  });
});

test("another account's job does not exist, whatever is asked of it", async () => {
  const id = await failed();
  const { client: stranger } = await signIn(service);
  const answers = [
    await stranger.get(`/app/jobs/${id}`),
    await stranger.delete(`/app/jobs/${id}`),
    await stranger.post(`/app/jobs/${id}/retry`),
    await stranger.get(`/app/jobs/${newId()}`),
    await stranger.post('/app/jobs/x/retry'),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
  }
  expect((await list()).jobs).toHaveLength(1);
});

test('a job can be cancelled, and one that has ended erased', async () => {
  const waiting = await submitted();
  const broken = await failed();
  for (const id of [waiting, broken]) {
    expect(await person.client.delete(`/app/jobs/${id}`)).toMatchObject({ status: 200 });
    expect(await person.client.get(`/app/jobs/${id}`)).toMatchObject({ status: 404 });
  }
  expect((await service.credits.balance(person.accountId)).available).toBe(1_440_000);
  await expectBooksToBalance(service.db);
});

describe('trying a failed job again', () => {
  test('submits its recording as a new job', async () => {
    const id = await failed('again.mp3');
    const { status, body } = await retry(id);
    expect(status).toBe(200);
    expect((await list()).jobs).toMatchObject([
      { id: body['jobId'], status: 'pending', filename: 'again.mp3', heldMicroAud: 24_000 },
      { id, status: 'failed' },
    ]);
    await expectBooksToBalance(service.db);
  });

  test('makes one new job, however often it is asked for at once', async () => {
    const id = await failed();
    const answers = await Promise.all([retry(id), retry(id), retry(id)]);
    answers.push(await retry(id));
    expect(new Set(answers.map(({ body }) => body['jobId'])).size).toBe(1);
    expect((await list()).jobs).toHaveLength(2);
    const [jobId] = answers.map(({ body }) => String(body['jobId']));
    const stored = await storedFiles(service.folder);
    expect(stored.filter((file) => file.endsWith(jobId!))).toHaveLength(1);
    await expectBooksToBalance(service.db);
  });

  test('is refused for a job that has not failed', async () => {
    const answer = await retry(await submitted());
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: 'Only a failed job can be tried again, and this one is pending.' },
    });
  });

  test('is refused where the recording never arrived whole, and the list says so before', async () => {
    const { accountId } = person;
    const upload = { accountId, keyId: null, filename: 'half.mp3', language: 'en' };
    const { id } = await service.submissions.open(upload);
    await service.lifecycle.fail(id, 'The upload stopped before the file was complete.');
    expect((await list()).jobs).toMatchObject([{ id, canRetry: false }]);
    expect((await retry(id)).headers.get('x-error-code')).toBe('jobs.recording_missing');
    expect((await list()).jobs).toHaveLength(1);
  });

  test('is refused where the account cannot pay, and nothing is left of the attempt', async () => {
    const id = await failed();
    const before = await storedFiles(service.folder);
    const { accountId } = person;
    await service.credits.adjust({ accountId, amountMicroAud: -1_000_000, reason: 'test' });
    expect(await retry(id)).toMatchObject({ status: 402 });
    expect(await storedFiles(service.folder)).toEqual(before);
    expect((await list()).jobs).toHaveLength(1);
  });
});

test('a recording that has been lost since cannot be tried again', async () => {
  const id = await failed();
  const { storage_key: key } = await service.db
    .selectFrom('jobs')
    .select('storage_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await service.storage.delete(key);
  const answer = await person.client.post(`/app/jobs/${id}/retry`);
  expect(answer.headers.get('x-error-code')).toBe('jobs.recording_missing');
  expect((await list()).jobs).toHaveLength(1);
});
