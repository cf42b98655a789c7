import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { askRaw } from '../../../../test/support/raw-http.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

let service: TestService;
let key: string;
beforeAll(async () => {
  service = await startTestService({ working: false });
  ({ key } = await service.newCustomer());
});
afterAll(() => service.close());

const FORM = 'Content-Type: multipart/form-data; boundary=b';
const END = '--b--\r\n';

/** A part, its header lines and body as they are. */
const part = (headers: string[], body: string) => `--b\r\n${[...headers, '', body].join('\r\n')}\r\n`;
const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;
const field = (name: string, value: string) => part([disposition(`name="${name}"`)], value);
const named = (filename: string) => part([disposition(`name="file"; ${filename}`)], 'sound');
const FILE = named('filename="a.mp3"');

/** Sends the body byte for byte. Text is latin1, so that it can hold any bytes. */
async function submit(body: string, headers: string[] = [FORM]) {
  const bytes = Buffer.from(body, 'latin1');
  const head = ['POST /api/v1/transcribe HTTP/1.1', 'Host: x', `X-API-Key: ${key}`, ...headers];
  const answer = await askRaw(service.url, [...head, `Content-Length: ${bytes.length}`], bytes);
  return { status: answer?.status, body: JSON.parse(answer?.body ?? '{}') as Record<string, unknown> };
}

async function acceptedJob(body: string) {
  const answer = await submit(body);
  expect(answer).toMatchObject({ status: 200 });
  return await service.db
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', String(answer.body['job_id']))
    .executeTakeFirstOrThrow();
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

describe('a file keeps its name', () => {
  test.each([
    ['in any script', `filename="${utf8('会議.mp3')}"`, '会議.mp3'],
    ['as RFC 5987 writes it', "filename*=UTF-8''r%C3%A9union.mp3", 'réunion.mp3'],
    ['without the folders it came from', 'filename="../../etc/a.mp3"', 'a.mp3'],
    ['without a drive and backslashes', 'filename="C:\\\\talks\\\\a.mp3"', 'a.mp3'],
    ['without control characters', 'filename="a\0b\tc.mp3"', 'abc.mp3'],
    ['without what turns text around', `filename="${utf8('\u202E3pm.mp3')}"`, '3pm.mp3'],
    ['as far as it is text', 'filename="a\xff.mp3"', 'a\uFFFD.mp3'],
  ])('%s', async (_, filename, kept) => {
    expect((await acceptedJob(named(filename) + END)).original_filename).toBe(kept);
  });
});

describe('a form is taken', () => {
  test.each([
    ['whose other fields have no name', part([disposition('')], 'x') + FILE + END],
    ['with a part that is nothing of ours', part(['X: y'], 'x') + FILE + END],
    ['with words before and after', `hello\r\n${FILE}${END}good bye`],
  ])('%s', async (_, body) => {
    await acceptedJob(body);
  });

  test('whose fields say that they are bytes, as some clients write all of them', async () => {
    const octets = 'Content-Type: application/octet-stream';
    const body = part([disposition('name="num_speakers"'), octets], '2') + FILE + END;
    expect((await acceptedJob(body)).num_speakers).toBe(2);
  });

  test('whose prompt has bytes that are no text', async () => {
    const { prompt } = await acceptedJob(field('prompt', 'a\0b, \xff') + FILE + END);
    expect(prompt).toBe('a, b, \uFFFD');
  });
});

const FILE_MISSING = 'The form has no file: send the recording in a part named "file", with its file name.';
const NOT_MULTIPART = 'Send the recording as multipart/form-data, in a part named "file".';
const broken = (problem: string) => `The multipart form is broken: ${problem}`;

describe('a form is refused in a sentence', () => {
  const octets = 'Content-Type: application/octet-stream';
  const nested = part(
    [disposition('name="file"'), 'Content-Type: multipart/mixed; boundary=c'],
    `--c\r\nContent-Disposition: file; filename="a.mp3"\r\n\r\nsound\r\n--c--`,
  );
  test.each([
    ['with a file that is text', field('file', 'sound') + END, FILE_MISSING],
    ['with a file that is text, and endless', field('file', 'x'.repeat(1_100_000)) + END, FILE_MISSING],
    ['with bytes that have no name', part([disposition('name="file"'), octets], 'sound') + END, FILE_MISSING],
    ['with a file whose name is blank', named('filename=""') + END, FILE_MISSING],
    ['with a file whose name is a folder', named('filename=".."') + END, FILE_MISSING],
    ['with a file in a part without name', part([disposition('filename="a.mp3"')], 'x') + END, FILE_MISSING],
    ['with a form within it', nested + END, FILE_MISSING],
    ['that has nothing in it', END, FILE_MISSING],
    ['that is empty', '', FILE_MISSING],
    [
      'with a forbidden name',
      field('__proto__', 'x') + FILE + END,
      broken('a field has a name that is not allowed.'),
    ],
    [
      'with thousands of nameless parts',
      part(['X: y'], 'x').repeat(3000) + FILE + END,
      broken('it has too many parts.'),
    ],
    ['without its end', FILE, 'The upload stopped before the file was complete.'],
    ['with lines that end too early', '--b\n\nx\n--b--\n', broken('it ends before its closing boundary.')],
    [
      'that says a field is JSON when it is not',
      part([disposition('name="language"'), 'Content-Type: application/json'], '{') + FILE + END,
      broken('a field says that it is JSON and is not.'),
    ],
    [
      'with a field whose name never ends, twice',
      field('a'.repeat(70_000), 'x').repeat(2) + END,
      `The form has the field "${'a'.repeat(40)}" more than once: send it once.`,
    ],
    [
      'in a language that has a NUL in it',
      field('language', 'e\0n') + FILE + END,
      'No model is installed for the language "e\uFFFDn" (installed: en); there is none to install either',
    ],
  ])('%s', async (_, body, detail) => {
    expect(await submit(body)).toEqual({ status: 400, body: { detail } });
  });

  test.each([
    [
      'without a boundary',
      ['Content-Type: multipart/form-data'],
      broken('its Content-Type names no boundary.'),
    ],
    [
      'with a boundary of 300 characters',
      [`Content-Type: multipart/form-data; boundary=${'b'.repeat(300)}`],
      broken('its boundary is too long.'),
    ],
    ['of another kind', ['Content-Type: multipart/mixed; boundary=b'], NOT_MULTIPART],
    ['of no kind', [], NOT_MULTIPART],
    [
      'whose kind cannot be read',
      ['Content-Type: ;;;'],
      'The request could not be understood: its Content-Type is not one that is taken here.',
    ],
    [
      'that is compressed',
      [FORM, 'Content-Encoding: gzip'],
      'The form is sent with a Content-Encoding: send it as it is.',
    ],
  ])('%s', async (_, headers, detail) => {
    expect(await submit(FILE + END, headers)).toEqual({ status: 400, body: { detail } });
  });
});
