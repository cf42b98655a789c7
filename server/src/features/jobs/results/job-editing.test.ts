import type { EditableTranscript } from '@icana/contract/app';
import {
  applyEdits,
  fromColumns,
  giveSegmentsTo,
  leftOut,
  mergeSpeakers,
  NO_EDITS,
  renameSpeaker,
  replaceText,
  restoreSuppressed,
  type Overlay,
} from '@icana/contract/edits';
import { SECONDS_PER_LEVEL, type SpeakerEvidence, type Transcript } from '@icana/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient, type ApiClient } from '../../../../../test/support/api-client.ts';
import {
  startScriptedService,
  untilEnded,
  type ScriptedService,
} from '../../../../../test/support/scripted-service.ts';
import { signIn, type SignedInPerson } from '../../../../../test/support/signed-in.ts';

let scripted: ScriptedService;
let person: SignedInPerson;
let api: ApiClient;
beforeAll(async () => {
  scripted = await startScriptedService();
  person = await signIn(scripted.service);
  const { key } = await scripted.service.apiKeys.create(person.accountId, 'test');
  api = createApiClient(scripted.service.url, key);
});
afterAll(() => scripted.service.close());

const base64 = (numbers: Uint32Array | Int8Array) => Buffer.from(numbers.buffer).toString('base64');

/** Words of one second each, whose voices are those that are given; the third of them was suppressed. */
function spokenBy(voices: readonly number[]): Transcript {
  const prints = voices.flatMap((voice) => [0, 1, 2].map((each) => (voice === each ? 100 : 0)));
  const speakerEvidence: SpeakerEvidence = {
    version: 1,
    betweenVariances: [50, 50, 50],
    times: base64(Uint32Array.from(voices.flatMap((_, i) => [1000 * i, 1000 * i + 900]))),
    prints: base64(Int8Array.from(prints)),
  };
  const words = voices.map((_, i) => ({ text: `word-${i}`, start: i + 0.1, end: i + 0.8, confidence: 0.9 }));
  const said = words.filter((_, i) => i !== 2);
  const segment = { speaker: 1, start: 0, end: voices.length, text: '', confidence: 0.9 };
  const text = said.map((word) => word.text).join(' ');
  const hm = { ...segment, start: 2.1, end: 2.8, text: 'word-2', words: [words[2]!] };
  return {
    durationSeconds: voices.length,
    speakerCount: 1,
    segments: [{ ...segment, text, words: said }],
    suppressed: [{ ...hm, reason: 'low-confidence' }],
    speakerEvidence,
    levels: Buffer.from([0, 7, 255]).toString('base64'),
  };
}

/** A completed job of the person who has signed in, in which this was said. */
async function jobOf(transcript: Transcript) {
  scripted.script(async () => transcript);
  const id = String((await api.submit()).body['job_id']);
  await untilEnded(api, id);
  return { client: person.client, id };
}

const open = async (client: ApiClient, id: string) =>
  (await client.get(`/app/jobs/${id}/transcript`)).body as unknown as EditableTranscript;
const save = async (client: ApiClient, id: string, body: { revision: number; overlay: Overlay }) =>
  await client.put(`/app/jobs/${id}/edits`, body);
const linesOf = ({ original, overlay }: EditableTranscript) =>
  applyEdits(fromColumns(original), overlay).map(({ speaker, text }) => `${speaker}: ${text}`);
const codeOf = ({ headers }: { headers: Headers }) => headers.get('x-error-code');
const storedEdits = async (id: string) =>
  await scripted.service.db.selectFrom('transcript_edits').selectAll().where('job_id', '=', id).execute();

/** What a person does who looks at a transcript for a while. */
function editAll({ original: columns }: EditableTranscript): Overlay {
  const original = fromColumns(columns);
  const restored = restoreSuppressed(original, NO_EDITS, leftOut(original, NO_EDITS)[0]!.segment);
  const segments = () => applyEdits(original, restored);
  const text = 'word-0 <img src=x onerror=alert(1)>';
  const rewritten = replaceText(original, restored, { segment: segments()[0]!, text });
  const given = giveSegmentsTo(original, rewritten, { segments: [segments()[1]!], speaker: 2 });
  return renameSpeaker(given, { speaker: 2, name: '<b>Ada</b>' });
}

describe('a transcript that is edited', () => {
  test('begins as it was recognised, with what was suppressed beside it', async () => {
    const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
    const opened = await open(client, id);
    expect(opened).toMatchObject({ revision: 0, overlay: NO_EDITS, canRecount: true });
    expect(linesOf(opened)).toEqual(['1: word-0 word-1 word-3']);
    expect(leftOut(fromColumns(opened.original), NO_EDITS)).toMatchObject([
      { text: 'word-2', places: [2], reason: 'low-confidence' },
    ]);
  });

  test('is as it was saved when it is opened again, by whoever looks', async () => {
    const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
    const overlay = editAll(await open(client, id));
    expect(await save(client, id, { revision: 0, overlay })).toMatchObject({
      status: 200,
      body: { revision: 1 },
    });
    const opened = await open(client, id);
    expect(opened).toMatchObject({ revision: 1, overlay });
    expect(linesOf(opened)).toEqual(['1: word-0 <img src=x onerror=alert(1)>', '2: word-2', '1: word-3']);
  });

  test('leaves what the API answers, and what was recognised, as it was', async () => {
    const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
    const recognised = async () =>
      (await api.get(`/api/v1/jobs/${id}?expand=words,segments,speakers,suppressed`)).body;
    const before = await recognised();
    const opened = await open(client, id);
    await save(client, id, { revision: 0, overlay: editAll(opened) });
    expect(await recognised()).toEqual(before);
    expect((await open(client, id)).original).toEqual(opened.original);
  });

  test('says who edited it last, and when', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const before = Date.now();
    await save(client, id, { revision: 0, overlay: NO_EDITS });
    const { id: personId } = await scripted.service.db
      .selectFrom('people')
      .select('id')
      .where('email', '=', person.email)
      .executeTakeFirstOrThrow();
    const [edits] = await storedEdits(id);
    expect(edits).toMatchObject({ edited_by: personId, revision: 1 });
    expect(edits!.updated_at.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('is compressed on its way, which a long one needs', async () => {
    const { client, id } = await jobOf(spokenBy(Array.from({ length: 200 }, (_, i) => i % 3)));
    for (const encoding of ['gzip', 'br']) {
      const answer = await client.open(`/app/jobs/${id}/transcript`, {
        headers: { 'accept-encoding': encoding },
      });
      expect(answer.headers.get('content-encoding')).toBe(encoding);
      expect(linesOf((await answer.json()) as EditableTranscript)).toHaveLength(1);
    }
  });
});

describe('when two edit at once', () => {
  test('one is kept and the other is told to reload, the first time and any later time', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    for (const revision of [0, 1, 2]) {
      const overlays = Array.from({ length: 8 }, (_, i) =>
        renameSpeaker(NO_EDITS, { speaker: 1, name: `name ${i}` }),
      );
      const answers = await Promise.all(overlays.map((overlay) => save(client, id, { revision, overlay })));
      const kept = answers.flatMap(({ status }, i) => (status === 200 ? [overlays[i]] : []));
      expect(kept).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(answer.status).toBe(400);
        expect(codeOf(answer)).toBe('edits.conflict');
        expect(answer.body['detail']).toContain('reload');
      }
      expect(await open(client, id)).toMatchObject({ revision: revision + 1, overlay: kept[0] });
    }
  });

  test('who has reloaded can go on', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const overlay = renameSpeaker(NO_EDITS, { speaker: 1, name: 'Ada' });
    await save(client, id, { revision: 0, overlay });
    expect(codeOf(await save(client, id, { revision: 0, overlay: NO_EDITS }))).toBe('edits.conflict');
    const { revision } = await open(client, id);
    expect((await save(client, id, { revision, overlay: NO_EDITS })).body).toEqual({ revision: 2 });
  });

  test('each can ask whether anything was saved since', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const latest = async () => (await client.get(`/app/jobs/${id}/edits`)).body;
    expect(await latest()).toEqual({ revision: 0 });
    await save(client, id, { revision: 0, overlay: NO_EDITS });
    expect(await latest()).toEqual({ revision: 1 });
    await client.post(`/app/jobs/${id}/speakers`, { count: 2 });
    expect(await latest()).toEqual({ revision: 2 });
  });

  test('who sends the same again, because no answer has come, is in conflict with nobody', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const [ada, eve] = ['Ada', 'Eve'].map((name) => renameSpeaker(NO_EDITS, { speaker: 1, name }));
    for (const [revision, overlay] of [ada!, eve!].entries()) {
      const answers = await Promise.all([1, 2, 3].map(() => save(client, id, { revision, overlay })));
      answers.push(await save(client, id, { revision, overlay }));
      for (const { body } of answers) expect(body).toEqual({ revision: revision + 1 });
    }
    expect(await open(client, id)).toMatchObject({ revision: 2, overlay: eve });
    expect(codeOf(await save(client, id, { revision: 0, overlay: ada! }))).toBe('edits.conflict');
  });

  test('what somebody else has made the same is in conflict all the same', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    await client.post(`/app/jobs/${id}/speakers`, { count: 1 });
    expect(await open(client, id)).toMatchObject({ revision: 1, overlay: NO_EDITS });
    expect(codeOf(await save(client, id, { revision: 0, overlay: NO_EDITS }))).toBe('edits.conflict');
  });

  test('a revision that never was is refused', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    expect(codeOf(await save(client, id, { revision: 4, overlay: NO_EDITS }))).toBe('edits.conflict');
    expect(await storedEdits(id)).toEqual([]);
  });
});

describe('a recount of the speakers', () => {
  test('keeps the texts and what was restored, and drops names and given words', async () => {
    const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
    const overlay = editAll(await open(client, id));
    await save(client, id, { revision: 0, overlay });
    const { status, body } = await client.post(`/app/jobs/${id}/speakers`, { count: 2 });
    expect(status).toBe(200);
    const counted = body as unknown as EditableTranscript;
    expect(counted).toMatchObject({ revision: 2, overlay: { ...overlay, names: {}, voices: [] } });
    expect(linesOf(counted)).toEqual(['1: word-0 <img src=x onerror=alert(1)>', '2: word-2', '2: word-3']);
    expect(await open(client, id)).toEqual(counted);
  });

  test('finds as many as there are where nothing is asked', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0, 1, 2]));
    const { body } = await client.post(`/app/jobs/${id}/speakers`, {});
    expect(new Set(linesOf(body as unknown as EditableTranscript).map((line) => line[0])).size).toBe(3);
  });

  test('over the API does the same, and who has the old speakers before him saves nothing', async () => {
    const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
    const before = await open(client, id);
    await api.post(`/api/v1/jobs/${id}/speakers`, { count: 2 });
    const merged = mergeSpeakers(fromColumns(before.original), before.overlay, { from: 1, into: 2 });
    expect(codeOf(await save(client, id, { revision: before.revision, overlay: merged }))).toBe(
      'edits.conflict',
    );
    expect(await open(client, id)).toMatchObject({ revision: 1, overlay: NO_EDITS });
  });

  test('and an edit at once leave one or the other, never given words among other speakers', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { client, id } = await jobOf(spokenBy([0, 0, 1, 1]));
      const overlay = editAll(await open(client, id));
      const [saved, counted] = await Promise.all([
        save(client, id, { revision: 0, overlay }),
        client.post(`/app/jobs/${id}/speakers`, { count: 2 }),
      ]);
      expect(counted.status).toBe(200);
      expect(saved.status === 200 || codeOf(saved) === 'edits.conflict').toBe(true);
      expect((await open(client, id)).overlay).toMatchObject({ names: {}, voices: [] });
    }
  });

  test('is refused where no voices were kept, and the page knows before', async () => {
    const { client, id } = await jobOf({ ...spokenBy([0, 1, 0]), speakerEvidence: undefined });
    expect((await open(client, id)).canRecount).toBe(false);
    expect(codeOf(await client.post(`/app/jobs/${id}/speakers`, { count: 2 }))).toBe('jobs.voices_not_kept');
  });
});

describe('the levels of a recording', () => {
  test('are those that the engine has found', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    expect((await client.get(`/app/jobs/${id}/levels`)).body).toEqual({
      secondsPerLevel: SECONDS_PER_LEVEL,
      levels: Buffer.from([0, 7, 255]).toString('base64'),
    });
  });

  test('are none for a job of an older version', async () => {
    const { client, id } = await jobOf({ ...spokenBy([0, 1, 0]), levels: undefined });
    expect((await client.get(`/app/jobs/${id}/levels`)).body).toMatchObject({ levels: null });
  });
});

describe('nothing is edited', () => {
  test.each([
    ['with text that no database holds', { texts: [{ first: 0, last: 0, text: 'a\u0000' }] }],
    ['with half a character', { texts: [{ first: 0, last: 0, text: '\ud83d' }] }],
    [
      'with ranges that meet',
      {
        restored: [
          { first: 0, last: 1 },
          { first: 1, last: 2 },
        ],
      },
    ],
    ['with a name of another kind', { names: { 1: 7 } }],
  ])('%s', async (_, part) => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const answer = await client.put(`/app/jobs/${id}/edits`, {
      revision: 0,
      overlay: { ...NO_EDITS, ...part },
    });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('request.malformed');
    expect(await storedEdits(id)).toEqual([]);
  });

  test('with more than any transcript needs', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const texts = Array.from({ length: 20_000 }, (_, first) => ({
      first,
      last: first,
      text: 'x'.repeat(100),
    }));
    const answer = await save(client, id, { revision: 0, overlay: { ...NO_EDITS, texts } });
    expect(answer.status).toBe(400);
    expect(await storedEdits(id)).toEqual([]);
  });

  test('of a job that runs', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<Transcript>();
    scripted.script(() => gate);
    const id = String((await api.submit()).body['job_id']);
    for (const answer of await askForAll(person.client, id))
      expect(codeOf(answer)).toBe('jobs.not_completed');
    release(spokenBy([0, 1, 0]));
    await untilEnded(api, id);
  });

  test("of another account's job, an unknown and a deleted one, all alike", async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    const stranger = (await signIn(scripted.service)).client;
    for (const each of [id, '0197f3f0-8d5e-7000-8000-000000000000', 'x']) {
      for (const answer of await askForAll(stranger, each)) {
        expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
      }
    }
    await api.delete(`/api/v1/jobs/${id}`);
    for (const answer of await askForAll(client, id)) expect(answer.status).toBe(404);
  });
});

const askForAll = async (client: ApiClient, id: string) =>
  await Promise.all([
    client.get(`/app/jobs/${id}/transcript`),
    client.get(`/app/jobs/${id}/levels`),
    client.get(`/app/jobs/${id}/edits`),
    client.get(`/app/jobs/${id}/export?format=docx`),
    client.get(`/app/jobs/${id}/export?format=srt`),
    save(client, id, { revision: 0, overlay: NO_EDITS }),
    client.post(`/app/jobs/${id}/speakers`, { count: 2 }),
  ]);

describe('deleting a job', () => {
  test('erases what people changed of it', async () => {
    const { client, id } = await jobOf(spokenBy([0, 1, 0]));
    await save(client, id, { revision: 0, overlay: renameSpeaker(NO_EDITS, { speaker: 1, name: 'Ada' }) });
    expect(await storedEdits(id)).toHaveLength(1);
    await api.delete(`/api/v1/jobs/${id}`);
    expect(await storedEdits(id)).toEqual([]);
  });

  test('while it is edited leaves nothing of the edits', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { client, id } = await jobOf(spokenBy([0, 1, 0]));
      const [saved] = await Promise.all([
        save(client, id, { revision: 0, overlay: NO_EDITS }),
        api.delete(`/api/v1/jobs/${id}`),
      ]);
      expect([200, 400, 404]).toContain(saved.status);
      expect(await storedEdits(id)).toEqual([]);
    }
  });
});
