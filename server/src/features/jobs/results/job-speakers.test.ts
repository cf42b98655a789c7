import path from 'node:path';
import {
  createEngine,
  type Engine,
  type Segment,
  type SpeakerEvidence,
  type Transcript,
} from '@icana/engine';
import { openSpeechModels } from '@icana/engine/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ApiClient } from '../../../../../test/support/api-client.ts';
import {
  startScriptedService,
  TWO_SPEAKERS,
  untilEnded,
  type ScriptedService,
} from '../../../../../test/support/scripted-service.ts';

/** Two voices, four sentences. */
const CONVERSATION = path.resolve(import.meta.dirname, '../../../../sample/conversation.mp3');
const ALL = '?expand=words,segments,speakers,suppressed,cost';

let engine: Engine;
let heard: Transcript;
let scripted: ScriptedService;
beforeAll(async () => {
  engine = createEngine({ models: await openSpeechModels(), processes: 1 });
  heard = await engine.transcribe({ path: CONVERSATION });
  scripted = await startScriptedService();
});
afterAll(async () => {
  engine.close();
  await scripted.service.close();
});

const recount = async (client: ApiClient, id: string, body: unknown) =>
  await client.send(`/api/v1/jobs/${id}/speakers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function jobOf(transcript: Transcript) {
  scripted.script(async () => transcript);
  const { client, accountId } = await scripted.newClient();
  const id = String((await client.submit({ max_speakers: '5' })).body['job_id']);
  return { client, accountId, id, before: await untilEnded(client, id, ALL) };
}

const show = async (client: ApiClient, id: string) => (await client.get(`/api/v1/jobs/${id}${ALL}`)).body;
const speakersOf = ({ speakers }: Record<string, unknown>) => (speakers as unknown[]).length;
/** Anew it is the mean of the words' kept ones, which were rounded. */
const withSimilarConfidence = ({ segments }: Record<string, unknown>) =>
  (segments as { confidence: number }[]).map((segment) => ({
    ...segment,
    confidence: expect.closeTo(segment.confidence, 2),
  }));
const withoutSpeakers = ({ words }: Record<string, unknown>) =>
  (words as { speaker: number }[]).map((word) => ({ ...word, speaker: undefined }));

/** The evidence of as many stretches of a second as voices are given, and a word in the middle of each. */
function spokenBy(voices: readonly number[]): Transcript {
  const prints = Int8Array.from(
    voices.flatMap((voice) => [voice === 0 ? 100 : 0, voice === 1 ? 100 : 0, voice === 2 ? 100 : 0]),
  );
  const times = Uint32Array.from(voices.flatMap((_, i) => [1000 * i, 1000 * i + 900]));
  const speakerEvidence: SpeakerEvidence = {
    version: 1,
    betweenVariances: [50, 50, 50],
    times: Buffer.from(times.buffer).toString('base64'),
    prints: Buffer.from(prints.buffer).toString('base64'),
  };
  const words = voices.map((voice, i) => ({
    text: `voice-${voice}`,
    start: i + 0.1,
    end: i + 0.8,
    confidence: 0.9,
  }));
  const segment = { speaker: 1, start: 0, end: voices.length, text: 'all of it', confidence: 0.9, words };
  return {
    durationSeconds: voices.length,
    speakerCount: 1,
    segments: [segment],
    suppressed: [],
    speakerEvidence,
  };
}

describe('the speakers of a completed job, counted anew', () => {
  test('are as many as are asked for, and found again when nothing is asked', async () => {
    const { client, id, before } = await jobOf(heard);
    expect(speakersOf(before)).toBe(2);
    for (const [asked, count] of [
      [{ count: 1 }, 1],
      [{ min: 2, max: 2 }, 2],
      [{ max: 1 }, 1],
      [{}, 2],
    ] as const) {
      const { status, body } = await recount(client, id, asked);
      expect(status).toBe(200);
      expect(speakersOf(body), JSON.stringify(asked)).toBe(count);
    }
    expect(await show(client, id)).toEqual({ ...before, segments: withSimilarConfidence(before) });
  });

  test('change who says the words and where segments end, and nothing else of the job', async () => {
    const { client, id, before } = await jobOf(heard);
    const { body } = await recount(client, id, { count: 1 });
    const after = await show(client, id);
    expect(withoutSpeakers(after)).toEqual(withoutSpeakers(before));
    expect(after).toMatchObject({
      transcription: before['transcription'],
      diarization: `[Speaker 1]: ${String(before['transcription'])}`,
      status: 'completed',
      completed_at: before['completed_at'],
      suppressed: before['suppressed'],
      cost: before['cost'],
    });
    const { words: _words, suppressed: _suppressed, cost: _cost, ...shown } = after;
    expect(body).toEqual(shown);
    const subtitles = await (await client.open(`/api/v1/jobs/${id}/transcript?format=srt`)).text();
    expect(subtitles).not.toContain('Speaker 2');
  });

  test('cost nothing', async () => {
    const { client, id } = await jobOf(heard);
    const usage = (await client.get('/api/v1/usage')).body;
    await recount(client, id, { count: 2 });
    expect((await client.get('/api/v1/usage')).body).toEqual(usage);
  });

  test('are what the job says that it was asked for', async () => {
    const { client, id } = await jobOf(heard);
    const asked = async () =>
      await scripted.service.db
        .selectFrom('jobs')
        .select(['num_speakers', 'min_speakers', 'max_speakers'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
    expect(await asked()).toEqual({ num_speakers: null, min_speakers: null, max_speakers: 5 });
    await recount(client, id, { count: 3 });
    expect(await asked()).toEqual({ num_speakers: 3, min_speakers: null, max_speakers: null });
    await recount(client, id, { min: 1, max: 2 });
    expect(await asked()).toEqual({ num_speakers: null, min_speakers: 1, max_speakers: 2 });
  });

  test('go by the voices, in the order in which they speak', async () => {
    const { client, id } = await jobOf(spokenBy([2, 0, 2, 1]));
    expect((await recount(client, id, { count: 3 })).body['diarization']).toBe(
      '[Speaker 1]: voice-2\n[Speaker 2]: voice-0\n[Speaker 1]: voice-2\n[Speaker 3]: voice-1',
    );
  });

  test('have what was suppressed, too, divided among them as often as they change', async () => {
    const all = spokenBy([2, 0, 2, 1]);
    const [{ words }] = all.segments as [Segment];
    const doubted = { ...all.segments[0]!, reason: 'low-confidence' as const, words: words.slice(1, 3) };
    const said = [{ ...all.segments[0]!, words: [words[0]!, words[3]!] }];
    const { client, id } = await jobOf({ ...all, segments: said, suppressed: [doubted] });
    const suppressedBy = async (count: number) => {
      await recount(client, id, { count });
      const { suppressed } = await show(client, id);
      return (suppressed as Segment[]).map(({ speaker, text }) => `${speaker}: ${text}`);
    };
    expect(await suppressedBy(1)).toEqual(['1: voice-0 voice-2']);
    expect(await suppressedBy(3)).toEqual(['3: voice-0', '1: voice-2']);
    expect(await suppressedBy(1)).toEqual(['1: voice-0 voice-2']);
  });

  test('of a recording without speech are none, however many are asked for', async () => {
    const { client, id } = await jobOf({ ...spokenBy([]), segments: [] });
    const { status, body } = await recount(client, id, { count: 4 });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { transcription: '', diarization: '', segments: [], speakers: [] },
    });
  });

  test('are those of one request when many ask at once, in everything that is kept', async () => {
    const { client, id } = await jobOf(spokenBy([2, 0, 2, 1, 1, 0]));
    const counts = Array.from({ length: 24 }, (_, i) => (i % 3) + 1);
    const answers = await Promise.all(counts.map((count) => recount(client, id, { count })));
    expect(answers.map(({ body }) => speakersOf(body))).toEqual(counts);
    const kept = await show(client, id);
    const one = answers.find(({ body }) => body['diarization'] === kept['diarization'])!;
    const words = kept['words'] as { speaker: number }[];
    expect(new Set(words.map(({ speaker }) => speaker)).size).toBe(speakersOf(one.body));
    expect(kept).toMatchObject({ segments: one.body['segments'], speakers: one.body['speakers'] });
    const { num_speakers: asked } = await scripted.service.db
      .selectFrom('jobs')
      .select('num_speakers')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(asked).toBe(speakersOf(one.body));
  });
});

describe('a recount is refused', () => {
  test.each([
    ['no count', { count: 0 }, 'count must be a whole number from 1 to 32'],
    ['too many', { count: 33 }, 'count must be a whole number from 1 to 32'],
    ['half a person', { min: 1.5 }, 'min must be a whole number from 1 to 32'],
    ['a word', { max: 'two' }, 'max must be a whole number from 1 to 32'],
    ['bounds that leave no room', { min: 3, max: 2 }, 'min is above max'],
    ['a count outside its bounds', { count: 1, min: 2 }, 'count is outside them'],
    ['a name that is not ours', { speakers: 2 }, 'send JSON with "count"'],
    ['a list', [2], 'send JSON with "count"'],
    ['what is no JSON', 'count=2', 'JSON'],
  ])('with %s', async (_, body, problem) => {
    const { client, id } = await scripted.completedJob();
    const answer = await recount(client, id, body);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain(problem);
    expect(answer.headers.get('x-error-code')).toBe('request.malformed');
  });

  test('without a body, or with one of another kind', async () => {
    const { client, id } = await scripted.completedJob();
    const place = `/api/v1/jobs/${id}/speakers`;
    const bare = await client.send(place, { method: 'POST' });
    expect(bare).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('send JSON') as string },
    });
    const form = await client.send(place, { method: 'POST', body: new URLSearchParams({ count: '2' }) });
    expect(form).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('Content-Type') as string },
    });
  });

  test('for a job that runs', async () => {
    const { client, id, begun, release } = await scripted.runningJob();
    await begun;
    const answer = await recount(client, id, { count: 2 });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-error-code')).toBe('jobs.not_completed');
    release();
  });

  test('for a job of which no voices were kept, which stays as it is', async () => {
    const { client, id, before } = await jobOf(TWO_SPEAKERS);
    const answer = await recount(client, id, { count: 1 });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-error-code')).toBe('jobs.voices_not_kept');
    expect(await show(client, id)).toEqual(before);
  });

  test("for another account's job, an unknown and a deleted one, all alike", async () => {
    const { client, id } = await jobOf(heard);
    const stranger = (await scripted.newClient()).client;
    const gone = { status: 404, body: { detail: 'Job not found' } };
    for (const each of [id, '0197f3f0-8d5e-7000-8000-000000000000', 'x'])
      expect(await recount(stranger, each, { count: 1 })).toMatchObject(gone);
    await client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
    expect(await recount(client, id, { count: 1 })).toMatchObject(gone);
  });
});

test('nothing is left of the voices of a job that was erased', async () => {
  const { client, id } = await jobOf(heard);
  const evidence = scripted.service.db
    .selectFrom('transcripts')
    .select('speaker_evidence')
    .where('job_id', '=', id);
  expect((await evidence.executeTakeFirst())?.speaker_evidence).toEqual(heard.speakerEvidence);
  await client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' });
  expect(await evidence.execute()).toEqual([]);
});

test('a job deleted while its speakers are counted stays deleted, whole', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { client, id } = await jobOf(heard);
    const [counted, deleted] = await Promise.all([
      recount(client, id, { count: 1 }),
      client.send(`/api/v1/jobs/${id}`, { method: 'DELETE' }),
    ]);
    expect([200, 404]).toContain(counted.status);
    expect(deleted.status).toBe(200);
    expect((await client.get(`/api/v1/jobs/${id}`)).status).toBe(404);
    expect(
      await scripted.service.db.selectFrom('transcripts').where('job_id', '=', id).selectAll().execute(),
    ).toEqual([]);
  }
});
