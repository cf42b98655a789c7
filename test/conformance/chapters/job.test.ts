import { randomUUID } from 'node:crypto';
import { beforeAll, expect } from 'vitest';

import { newCustomer, type Customer } from '../customers.ts';
import { completed, ended, show, type Job } from '../jobs.ts';
import { line } from '../line.ts';
import { conversation, silence, tone } from '../recordings.ts';
import { uploadHalf } from '../uploads.ts';

const FIELDS = [
  'id',
  'status',
  'original_filename',
  'language',
  'audio_duration_seconds',
  'audio_duration_minutes',
  'transcription',
  'diarization',
  'error_message',
  'created_at',
  'completed_at',
];
const EXPANSIONS = ['progress', 'segments', 'words', 'cost', 'speakers', 'suppressed'];

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly speaker: number;
  readonly text: string;
  readonly confidence: number;
}

let customer: Customer;
let talk: Job;
beforeAll(async () => {
  customer = await newCustomer();
  talk = await completed(customer.api, await conversation(), { query: `?expand=${EXPANSIONS.join(',')}` });
});

const wordsOf = (text: unknown): string[] =>
  String(text)
    .toLowerCase()
    .match(/[a-z'-]+/g) ?? [];

line('job.fields', 'a job has exactly 11 fields, always all of them, in this order', async () => {
  const { api } = customer;
  const { job, hangUp } = await uploadHalf(customer);
  const id = String(job['id']);
  const jobs = [await show(api, String(talk['id'])), await show(api, id)];
  hangUp();
  for (const each of [...jobs, await ended(api, id)]) expect(Object.keys(each)).toEqual(FIELDS);
});

line('job.submitted', 'a job tells the file name and the language it was submitted with', async () => {
  expect(talk).toMatchObject({ original_filename: 'conversation.mp3', language: 'en' });
});

line('job.transcription', 'transcription is plain text', async () => {
  const words = wordsOf(talk['transcription']);
  for (const word of ['train', 'melbourne', 'platform', 'journey', 'ticket']) expect(words).toContain(word);
  expect(talk['transcription']).not.toContain('[Speaker');
});

line(
  'job.diarization',
  'diarization is one string, one turn a line, speakers numbered by first appearance',
  async () => {
    const turns = String(talk['diarization']).split('\n');
    for (const turn of turns) expect(turn).toMatch(/^\[Speaker \d+\]: \S/);
    const speakers = turns.map((turn) => Number(/\d+/.exec(turn)![0]));
    expect(speakers).toEqual([1, 2, 1, 2]);
    const spoken = turns.map((turn) => turn.replace(/^\[Speaker \d+\]: /, ''));
    expect(wordsOf(spoken.join(' '))).toEqual(wordsOf(talk['transcription']));
  },
);

line('job.no-speech', 'a recording without speech is completed with two empty texts', async () => {
  for (const recording of [silence(1000), tone(1000)]) {
    expect(await completed(customer.api, recording)).toMatchObject({ transcription: '', diarization: '' });
  }
});

line('job.duration', 'the duration is in seconds, to 0.01, and in minutes, a sixtieth of it', async () => {
  const job = await completed(customer.api, silence(1234));
  const seconds = Number(job['audio_duration_seconds']);
  expect(seconds).toBe(1.23);
  // From the unrounded seconds or from the rounded ones: both are a sixtieth.
  expect(Number(job['audio_duration_minutes'])).toBeCloseTo(seconds / 60, 3);
});

line('job.error-message', 'error_message is set exactly when a job has failed', async () => {
  expect(talk['error_message']).toBeNull();
  const { job, hangUp } = await uploadHalf(customer);
  expect(job['error_message']).toBeNull();
  hangUp();
  const failed = await ended(customer.api, String(job['id']));
  expect(failed['status']).toBe('failed');
  expect(String(failed['error_message'])).toMatch(/\w+ \w+ \w+/);
});

line(
  'job.completed-at',
  'completed_at is set when a job is completed or failed, and not before',
  async () => {
    const { job, hangUp } = await uploadHalf(customer);
    expect(job['completed_at']).toBeNull();
    hangUp();
    for (const each of [talk, await ended(customer.api, String(job['id']))]) {
      const waited = Date.parse(String(each['completed_at'])) - Date.parse(String(each['created_at']));
      expect(waited).toBeGreaterThanOrEqual(0);
    }
  },
);

line('job.expand', 'expand adds the fields that it names, and no others', async () => {
  const { api } = customer;
  const path = `/api/v1/jobs/${String(talk['id'])}`;
  expect(Object.keys(talk)).toEqual(expect.arrayContaining([...FIELDS, ...EXPANSIONS]));
  const { body } = await api.get(`${path}?expand=cost,words`);
  expect(new Set(Object.keys(body))).toEqual(new Set([...FIELDS, 'cost', 'words']));
  expect((await api.get(`${path}?expand=everything`)).status).toBe(400);
});

line('job.progress', 'expand=progress tells stage, fraction and eta_seconds while a job runs', async () => {
  const { job, hangUp } = await uploadHalf(customer);
  const { progress } = await show(customer.api, String(job['id']), '?expand=progress');
  expect(Object.keys(progress as object)).toEqual(['stage', 'fraction', 'eta_seconds']);
  hangUp();
});

line('job.segments', 'expand=segments tells who said what when, and how surely', async () => {
  const segments = talk['segments'] as Piece[];
  expect(segments.length).toBeGreaterThanOrEqual(4);
  for (const segment of segments) {
    expect(Object.keys(segment)).toEqual(['start', 'end', 'speaker', 'text', 'confidence']);
    expect(segment.start).toBeLessThan(segment.end);
    expect(segment.end).toBeLessThanOrEqual(Number(talk['audio_duration_seconds']) + 0.1);
    expect(segment.confidence).toBeGreaterThan(0);
    expect(segment.confidence).toBeLessThanOrEqual(1);
  }
  expect(segments.flatMap(({ text }) => wordsOf(text))).toEqual(wordsOf(talk['transcription']));
});

line('job.words', 'expand=words tells the same of each word, in order', async () => {
  const words = talk['words'] as Piece[];
  expect(words.flatMap(({ text }) => wordsOf(text))).toEqual(wordsOf(talk['transcription']));
  const starts = words.map(({ start }) => start);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

line('job.cost', 'expand=cost tells what a job was charged', async () => {
  const seconds = Number(talk['audio_duration_seconds']);
  expect(talk['cost']).toMatchObject({ currency: 'AUD', held: 0 });
  const { charged } = talk['cost'] as { charged: number };
  expect(charged).toBeCloseTo((seconds / 60) * 0.016, 5);
});

line('job.speakers', 'expand=speakers tells of each speaker', async () => {
  const speakers = talk['speakers'] as { speaker: number; seconds: number; words: number }[];
  expect(speakers.map(({ speaker }) => speaker)).toEqual([1, 2]);
  for (const { seconds, words } of speakers) {
    expect(seconds).toBeGreaterThan(2);
    expect(words).toBeGreaterThan(5);
  }
});

line('job.suppressed', 'expand=suppressed tells what was left out of the texts', async () => {
  expect(talk['suppressed']).toBeInstanceOf(Array);
});

line('job.404', "an unknown id, another account's job and a malformed id get the same 404", async () => {
  const stranger = await newCustomer();
  const answers = await Promise.all([
    stranger.api.get(`/api/v1/jobs/${String(talk['id'])}`),
    stranger.api.get(`/api/v1/jobs/${randomUUID()}`),
    stranger.api.get('/api/v1/jobs/42'),
    stranger.api.get("/api/v1/jobs/'%20or%201=1"),
  ]);
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0].status).toBe(404);
});
