import { transcriptSchema } from '@icana/contract';
import type { EditableTranscript } from '@icana/contract/app';
import { applyEdits, fromColumns, renameSpeaker, replaceText } from '@icana/contract/edits';
import { parse } from '@plussub/srt-vtt-parser';
import { strFromU8, unzipSync } from 'fflate';
import mammoth from 'mammoth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';

import { createApiClient, type ApiClient } from '../../../../../test/support/api-client.ts';
import { readABit } from '../../../../../test/support/raw-http.ts';
import {
  startScriptedService,
  TWO_SPEAKERS,
  untilEnded,
  type ScriptedService,
} from '../../../../../test/support/scripted-service.ts';
import { signIn, type SignedInPerson } from '../../../../../test/support/signed-in.ts';

const HOSTILE_NAME = '<img src=x onerror=alert(1)> & "Co"';
const HOSTILE_TEXT = 'Hello </w:t></w:r><script>alert(1)</script> &amp; --> 00:00:01,000';
const RECORDING = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

/** The parser's own types cannot be found from modules. */
interface SrtEntry {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

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

async function completedJob(filename = 'talk.mp3'): Promise<string> {
  scripted.script(async () => TWO_SPEAKERS);
  const { body } = await api.sendForm([{ name: 'file', filename, value: RECORDING }]);
  await untilEnded(api, body['job_id']);
  return String(body['job_id']);
}

/** A job whose first speaker has a name, and whose second says something else than was recognised. */
async function editedJob(): Promise<string> {
  const id = await completedJob();
  const { body } = await person.client.get(`/app/jobs/${id}/transcript`);
  const { original: columns, overlay, revision } = body as unknown as EditableTranscript;
  const original = fromColumns(columns);
  const segment = applyEdits(original, overlay)[1]!;
  const edited = replaceText(original, overlay, { segment, text: HOSTILE_TEXT });
  const named = renameSpeaker(edited, { speaker: 1, name: HOSTILE_NAME });
  await person.client.put(`/app/jobs/${id}/edits`, { revision, overlay: named });
  return id;
}

const exported = async (id: string, format: string) =>
  await person.client.open(`/app/jobs/${id}/export?format=${format}`);

describe('an edited transcript is exported', () => {
  test('as text, with the names that were given', async () => {
    const answer = await exported(await editedJob(), 'txt');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=talk.txt');
    expect(await answer.text()).toBe(`[${HOSTILE_NAME}]: Good morning.\n[Speaker 2]: ${HOSTILE_TEXT}\n`);
  });

  test('as SubRip that a player can read', async () => {
    const answer = await exported(await editedJob(), 'srt');
    expect(answer.headers.get('content-type')).toBe('application/x-subrip; charset=utf-8');
    const { entries } = parse(await answer.text()) as { entries: SrtEntry[] };
    expect(entries[0]).toMatchObject({ from: 0, text: '‹img src=x onerror=…: Good morning.' });
    const said = entries
      .slice(1)
      .map(({ text }) => text.replaceAll(/\s+/g, ' '))
      .join(' ');
    expect(said).toContain('Speaker 2: Hello');
    expect(said).not.toMatch(/-->|<[a-z/]/);
    for (const { from, to } of entries) expect(from).toBeLessThan(to);
  });

  test('as WebVTT that a browser can read', async () => {
    const text = await (await exported(await editedJob(), 'vtt')).text();
    const { cues, errors } = new WebVTTParser().parse(text, 'subtitles');
    expect(errors).toEqual([]);
    expect(cues[0]?.text).toBe('<v &lt;img src=x onerror=alert(1)&gt; &amp; "Co">Good morning.');
  });

  test('as JSON of the shape that the API documents', async () => {
    const id = await editedJob();
    const answer = await exported(id, 'json');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=talk.json');
    const transcript = transcriptSchema.strict().parse(await answer.json());
    expect(transcript).toMatchObject({
      job_id: id,
      transcription: `Good morning. ${HOSTILE_TEXT}`,
      segments: [
        { text: 'Good morning.', confidence: 0.9 },
        { text: HOSTILE_TEXT, estimated: true },
      ],
      speakers: [{ label: HOSTILE_NAME }, { label: 'Speaker 2' }],
    });
  });

  test('as a Word document, in which hostile text is text', async () => {
    const answer = await exported(await editedJob(), 'docx');
    expect(answer.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    );
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=talk.docx');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const files = unzipSync(bytes);
    const document = strFromU8(files['word/document.xml']!);
    expect(document).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;');
    expect(document).not.toContain('<script>');
    expect(document).toContain('&lt;img src=x onerror=alert(1)&gt;');
    // Another program's eyes.
    const { value: html, messages } = await mammoth.convertToHtml({ buffer: bytes });
    expect(messages.filter(({ type }) => type === 'error')).toEqual([]);
    expect(html.replaceAll(/<\/?(strong|em)>/g, '')).toBe(
      '<h1>talk.mp3</h1>' +
        '<h2>&lt;img src=x onerror=alert(1)&gt; &amp; "Co"  0:00</h2><p>Good morning.</p>' +
        '<h2>Speaker 2  0:03</h2><p>Hello &lt;/w:t&gt;&lt;/w:r&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; --&gt; 00:00:01,000</p>',
    );
  });

  test('over the API only when it is asked for', async () => {
    const id = await editedJob();
    const asked = async (query: string) =>
      await (await api.open(`/api/v1/jobs/${id}/transcript?format=srt${query}`)).text();
    expect(await asked('')).toContain('Speaker 1: Good morning.');
    expect(await asked('&edited=false')).toBe(await asked(''));
    expect(await asked('&edited=true')).toBe(await (await exported(id, 'srt')).text());
    expect((await api.get(`/api/v1/jobs/${id}`)).body['transcription']).toBe('Good morning. Hello.');
    expect((await api.get(`/api/v1/jobs/${id}/transcript?edited=yes`)).status).toBe(400);
  });

  test('in no format that is not known, which it says', async () => {
    const { status, body } = await person.client.get(`/app/jobs/${await completedJob()}/export?format=pdf`);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('format must be one of txt, srt, vtt, docx, json') as string },
    });
  });
});

test('a document opens also where the file or the words have signs that XML cannot hold', async () => {
  const id = await completedJob();
  const name = 'a\u0001\uFFFE\u001F<b>.mp3';
  await scripted.service.db
    .updateTable('jobs')
    .set({ original_filename: name })
    .where('id', '=', id)
    .execute();
  const bytes = Buffer.from(await (await exported(id, 'docx')).arrayBuffer());
  expect((await mammoth.extractRawText({ buffer: bytes })).value).toMatch(/^a {3}<b>\.mp3\n/);
});

describe('a recording for the player', () => {
  let id: string;
  beforeAll(async () => {
    id = await completedJob();
  });

  async function ask(range?: string, method = 'GET') {
    const headers = range === undefined ? {} : { range };
    const answer = await person.client.open(`/app/jobs/${id}/audio`, { method, headers });
    return {
      status: answer.status,
      length: Number(answer.headers.get('content-length')),
      range: answer.headers.get('content-range'),
      headers: answer.headers,
      bytes: Buffer.from(await answer.arrayBuffer()),
    };
  }

  test.each([
    ['bytes=0-9', 0, 9],
    ['bytes=500-', 500, 99_999],
    ['bytes=-100', 99_900, 99_999],
    ['bytes=99999-', 99_999, 99_999],
    ['bytes=10-999999', 10, 99_999],
    ['bytes=0-', 0, 99_999],
  ])('comes in part for %s', async (range, start, end) => {
    const answer = await ask(range);
    expect(answer).toMatchObject({
      status: 206,
      length: end - start + 1,
      range: `bytes ${start}-${end}/100000`,
    });
    expect(answer.bytes.equals(RECORDING.subarray(start, end + 1))).toBe(true);
  });

  test.each([undefined, 'bytes=0-9,20-29', 'bytes=a-b', 'bytes', 'lines=0-9', ''])(
    'comes whole for %j',
    async (range) => {
      const answer = await ask(range);
      expect(answer).toMatchObject({ status: 200, length: 100_000, range: null });
      expect(answer.bytes.equals(RECORDING)).toBe(true);
    },
  );

  test.each(['bytes=100000-', 'bytes=200000-300000', 'bytes=5-2'])('does not come for %s', async (range) => {
    const answer = await ask(range);
    expect(answer).toMatchObject({ status: 416, range: 'bytes */100000' });
    expect(answer.bytes).toHaveLength(0);
  });

  test('tells its head alone, whole or in part', async () => {
    expect(await ask(undefined, 'HEAD')).toMatchObject({ status: 200, length: 100_000 });
    expect(await ask('bytes=5-9', 'HEAD')).toMatchObject({
      status: 206,
      length: 5,
      range: 'bytes 5-9/100000',
    });
  });

  test('is taken for nothing but sound, is not compressed, and stays in no cache', async () => {
    const { headers } = await ask();
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': 'inline; filename=talk.mp3',
    });
    expect(headers.get('content-encoding')).toBeNull();
  });

  test.each([
    ['page.html.mp3', 'audio/mpeg'],
    ['page.html', 'application/octet-stream'],
    ['page.svg', 'application/octet-stream'],
    ['talk.WEBM', 'video/webm'],
  ])('that is named %s is %s', async (name, type) => {
    await scripted.service.db
      .updateTable('jobs')
      .set({ original_filename: name })
      .where('id', '=', id)
      .execute();
    expect((await ask()).headers.get('content-type')).toBe(type);
  });

  test('can be played while its words are not there yet', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<typeof TWO_SPEAKERS>();
    scripted.script(() => gate);
    const { body } = await api.sendForm([{ name: 'file', filename: 'talk.mp3', value: RECORDING }]);
    const answer = await person.client.open(`/app/jobs/${String(body['job_id'])}/audio`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(RECORDING)).toBe(true);
    release(TWO_SPEAKERS);
  });

  test('of another account, or of nobody, is a 404, and one that is gone says so', async () => {
    const stranger = (await signIn(scripted.service)).client;
    for (const each of [id, '0197f3f0-8d5e-7000-8000-000000000000', 'x']) {
      for (const place of ['audio', 'export?format=txt']) {
        const answer = await stranger.get(`/app/jobs/${each}/${place}`);
        expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
      }
      expect((await stranger.open(`/app/jobs/${each}/audio`, { method: 'HEAD' })).status).toBe(404);
    }
    const gone = await completedJob();
    await scripted.service.storage.delete(`recordings/${gone}`);
    const answer = await person.client.get(`/app/jobs/${gone}/audio`);
    expect(answer.headers.get('x-error-code')).toBe('jobs.recording_missing');
    expect((await person.client.open(`/app/jobs/${gone}/audio`, { method: 'HEAD' })).status).toBe(404);
  });

  test('goes on after its listener has gone away in the middle, again and again', async () => {
    for (let count = 0; count < 20; count += 1) {
      await readABit(new URL(`/app/jobs/${id}/audio`, scripted.service.url), { cookie: person.cookie });
    }
    expect(await ask('bytes=0-0')).toMatchObject({ status: 206 });
  });
});
