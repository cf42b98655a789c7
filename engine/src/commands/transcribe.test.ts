import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

import type { Transcript } from '../types.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../server');
/** Two people in turns: a question, its answer, another question, its answer. */
const SAMPLE = path.join(SERVER, 'sample/conversation.mp3');

/** Runs `icana transcribe …` as a person does. */
async function transcribe(...words: string[]) {
  const command = path.join(SERVER, 'bin/icana.js');
  const child = spawn(process.execPath, [command, 'transcribe', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output, complaint, code: code as number | null };
}

test('writes who says what, a turn a line', async () => {
  const { output, complaint, code } = await transcribe(SAMPLE, '--speakers', '2');
  expect({ complaint, code }).toEqual({ complaint: '', code: 0 });
  expect(output.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^\[Speaker 1\]: Good morning.*train to Melbourne/),
    expect.stringMatching(/^\[Speaker 2\]: .*half.past nine/),
    expect.stringMatching(/^\[Speaker 1\]: .*journey take/),
    expect.stringMatching(/^\[Speaker 2\]: .*three hours/),
  ]);
});

test('writes the whole transcript as JSON', async () => {
  const transcript = JSON.parse((await transcribe(SAMPLE, '--format', 'json')).output) as Transcript;
  expect(Object.keys(transcript)).toEqual(['durationSeconds', 'speakerCount', 'segments', 'suppressed']);
  expect(transcript.durationSeconds).toBeCloseTo(22.6, 1);
  expect(transcript.segments[0]!.words[0]).toMatchObject({ text: 'Good', start: expect.any(Number) });
});

test.each([
  ['srt', /^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\nSpeaker 1: Good morning/],
  ['vtt', /^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:0\d\.\d{3}\n<v Speaker 1>Good morning/],
])('writes subtitles as %s', async (format, beginning) => {
  expect((await transcribe(SAMPLE, '--format', format)).output).toMatch(beginning);
});

test.each([
  ['no such file', ['nowhere.mp3'], /^There is no file nowhere\.mp3\.\n$/],
  ['a directory', [SERVER], /^There is no file .*server\.\n$/],
  ['a text file', [import.meta.filename], /^The file holds no audio that can be read\. Send .*\.\n$/],
  ['no file', [], /missing required argument 'file'/],
  [
    'a language without a model',
    [SAMPLE, '--language', 'de'],
    /icana models install parakeet-tdt-0\.6b-v3\n$/,
  ],
  ['no number of speakers', [SAMPLE, '--speakers', 'two'], /Give a whole number from 1 to 32\./],
  ['nobody', [SAMPLE, '--speakers', '0'], /Give a whole number from 1 to 32\./],
  ['a crowd', [SAMPLE, '--speakers', '33'], /Give a whole number from 1 to 32\./],
  ['another format', [SAMPLE, '--format', 'docx'], /Allowed choices are txt, json, srt, vtt\./],
])('given %s it says so in a sentence, writes nothing and fails', async (_, words, sentence) => {
  const { output, complaint, code } = await transcribe(...words);
  expect(complaint).toMatch(sentence);
  expect({ output, code }).toEqual({ output: '', code: 1 });
});
