import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ApiClient } from '../../../../../test/support/api-client.ts';
import { readABit } from '../../../../../test/support/raw-http.ts';
import {
  startScriptedService,
  untilEnded,
  type ScriptedService,
} from '../../../../../test/support/scripted-service.ts';

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await startScriptedService();
});
afterAll(() => scripted.service.close());

const transcript = (client: ApiClient, id: string, query = '') =>
  client.open(`/api/v1/jobs/${id}/transcript${query}`);

/** Submits a file of this name and waits until it is transcribed. */
async function completedFile(filename: string, value: string | Buffer = 'sound') {
  const { client } = await scripted.newClient();
  const { body } = await client.sendForm([{ name: 'file', filename, value }]);
  const id = String(body['job_id']);
  await untilEnded(client, id);
  return { client, id };
}

describe('the transcript', () => {
  test.each([
    ['txt', 'text/plain; charset=utf-8', '[Speaker 1]: Good morning.\n[Speaker 2]: Hello.\n'],
    [
      'srt',
      'application/x-subrip; charset=utf-8',
      '1\n00:00:00,000 --> 00:00:02,000\nSpeaker 1: Good morning.\n\n' +
        '2\n00:00:03,000 --> 00:00:04,000\nSpeaker 2: Hello.\n',
    ],
    [
      'vtt',
      'text/vtt; charset=utf-8',
      'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Speaker 1>Good morning.\n\n' +
        '00:00:03.000 --> 00:00:04.000\n<v Speaker 2>Hello.\n',
    ],
  ])('is to be had as %s', async (format, type, content) => {
    const { client, id } = await scripted.completedJob();
    const answer = await transcript(client, id, `?format=${format}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=talk.${format}`);
    expect(await answer.text()).toBe(content);
  });

  test('is JSON with everything unless another format is asked for', async () => {
    const { client, id } = await scripted.completedJob();
    const answer = await transcript(client, id);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=talk.json');
    expect(await answer.json()).toEqual({
      job_id: id,
      language: 'en',
      audio_duration_seconds: 10.44,
      transcription: 'Good morning. Hello.',
      diarization: '[Speaker 1]: Good morning.\n[Speaker 2]: Hello.',
      segments: [
        { start: 0, end: 2, speaker: 1, text: 'Good morning.', confidence: 0.9 },
        { start: 3, end: 4, speaker: 2, text: 'Hello.', confidence: 0.8 },
      ],
      words: [
        { start: 0, end: 1, speaker: 1, text: 'Good', confidence: 0.9 },
        { start: 1, end: 2, speaker: 1, text: 'morning.', confidence: 0.9 },
        { start: 3, end: 4, speaker: 2, text: 'Hello.', confidence: 0.9 },
      ],
      speakers: [
        { speaker: 1, label: 'Speaker 1', seconds: 2, words: 2 },
        { speaker: 2, label: 'Speaker 2', seconds: 1, words: 1 },
      ],
      suppressed: [],
    });
  });

  test.each([
    [
      '../../etc/päss "wd".mp3',
      `"_.._etc_p?ss \\"wd\\".srt"; filename*=UTF-8''_.._etc_p%C3%A4ss%20%22wd%22.srt`,
    ],
    ['C:\\talks\\one.two.mp3', 'C__talks_one.two.srt'],
    ['会議.mp3', `"??.srt"; filename*=UTF-8''%E4%BC%9A%E8%AD%B0.srt`],
  ])('of a recording named %j has a name that is safe to save', async (name, filename) => {
    const { client, id } = await scripted.completedJob();
    const { db } = scripted.service;
    await db.updateTable('jobs').set({ original_filename: name }).where('id', '=', id).execute();
    const answer = await transcript(client, id, '?format=srt');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=${filename}`);
  });

  test('of a job that is not completed is refused with what to do', async () => {
    const { client, id, begun } = await scripted.runningJob();
    await begun;
    const early = await client.get(`/api/v1/jobs/${id}/transcript`);
    expect(early).toMatchObject({
      status: 400,
      body: {
        detail:
          'This job has no transcript: it is processing. Ask again when the status of the job is "completed".',
      },
    });
    expect(early.headers.get('x-error-code')).toBe('jobs.not_completed');
    await scripted.service.lifecycle.fail(id, 'a test');
    expect((await client.get(`/api/v1/jobs/${id}/transcript`)).body).toEqual({
      detail: 'This job has no transcript: the job has failed. Its error_message says why.',
    });
  });

  test('has what was suppressed in its place, where that is asked for', async () => {
    const words = [{ text: 'Hm.', start: 2.4, end: 2.8, confidence: 0.2 }];
    const hm = { start: 2.4, end: 2.8, speaker: 2, text: 'Hm.', confidence: 0.2, words };
    scripted.script(async () => ({
      durationSeconds: 5,
      speakerCount: 1,
      segments: [
        {
          ...hm,
          start: 0,
          end: 1,
          speaker: 1,
          text: 'Well.',
          words: [{ ...words[0]!, text: 'Well.', start: 0, end: 1 }],
        },
      ],
      suppressed: [{ ...hm, reason: 'low-confidence' }],
    }));
    const { client, id } = await completedFile('hm.mp3');
    const text = async (query: string) => await (await transcript(client, id, `?format=txt${query}`)).text();
    expect(await text('')).toBe('[Speaker 1]: Well.\n');
    expect(await text('&suppressed=apart')).toBe('[Speaker 1]: Well.\n');
    expect(await text('&suppressed=included')).toBe('[Speaker 1]: Well.\n[Speaker 2]: Hm.\n');
    expect((await transcript(client, id, '?suppressed=yes')).status).toBe(400);
  });

  test('in an unknown format is refused, naming the known ones', async () => {
    const { client, id } = await scripted.completedJob();
    for (const query of ['?format=pdf', '?format=', '?format=JSON']) {
      const answer = await client.get(`/api/v1/jobs/${id}/transcript${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body['detail']).toContain('format must be one of json, txt, srt, vtt');
    }
  });
});

test("another account's files, unknown ones and malformed ids are the same 404", async () => {
  const { id } = await scripted.completedJob();
  const stranger = (await scripted.newClient()).client;
  for (const each of [id, '0197f3f0-8d5e-7000-8000-000000000000', 'x']) {
    for (const place of ['transcript', 'transcript?format=srt', 'audio']) {
      const answer = await stranger.get(`/api/v1/jobs/${each}/${place}`);
      expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
    }
  }
});

describe('the recording', () => {
  test.each([
    ['talk.mp3', 'audio/mpeg'],
    ['talk.WAV', 'audio/wav'],
    ['talk.ogg', 'audio/ogg'],
    ['talk.flac', 'audio/flac'],
    ['talk.m4a', 'audio/mp4'],
    ['talk.mp4', 'video/mp4'],
    ['talk.webm', 'video/webm'],
  ])('%s comes back as it was sent', async (filename, type) => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    const { client, id } = await completedFile(filename, bytes);
    // A range changes nothing: 206 is no status of this API.
    const answer = await client.open(`/api/v1/jobs/${id}/audio`, { headers: { Range: 'bytes=0-9' } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': type,
      'content-length': '100000',
      'content-disposition': `attachment; filename=${filename}`,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'none',
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('that is gone from storage, or never arrived, is a 404 that says so', async () => {
    const { client, id } = await scripted.completedJob();
    await scripted.service.storage.delete(`recordings/${id}`);
    const answer = await client.get(`/api/v1/jobs/${id}/audio`);
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: 'The recording of this job is not stored.' },
    });
    const { client: uploader, accountId } = await scripted.newClient();
    const upload = { accountId, keyId: null, filename: 'a.mp3', language: 'en' };
    const job = await scripted.service.submissions.open(upload);
    expect((await uploader.get(`/api/v1/jobs/${job.id}/audio`)).headers.get('x-error-code')).toBe(
      'jobs.recording_missing',
    );
  });

  test('is closed again when its reader goes away in the middle', async () => {
    const { client, key, id } = await scripted.completedJob();
    const { service } = scripted;
    const large = Buffer.alloc(30_000_000, 1);
    await service.storage.put(`recordings/${id}`, Readable.from([large]));
    await service.db.updateTable('jobs').set({ size_bytes: large.length }).where('id', '=', id).execute();
    await client.get('/api/v1/usage');
    const before = await openFiles();
    for (let count = 0; count < 30; count += 1) {
      await readABit(new URL(`/api/v1/jobs/${id}/audio`, service.url), { 'X-API-Key': key });
    }
    await expect.poll(openFiles).toBeLessThan(before + 10);
  });
});

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
