import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { readDataFolder } from './data-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'icana-data-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

it('reads clips but those of uncertain language', () => {
  write('asr/references.tsv', 'file\tlanguage\treference\na.wav\ten\tyes\nb.wav\ten?\toui\nc.mp3\tde\tja\n');
  expect(readDataFolder(folder)).toEqual({
    clips: [
      { name: 'a.wav', path: join(folder, 'asr/a.wav'), language: 'en', text: 'yes' },
      { name: 'c.mp3', path: join(folder, 'asr/c.mp3'), language: 'de', text: 'ja' },
    ],
    conversations: [],
  });
});

it('pairs every conversation with its turns and its lines, in order of their names', () => {
  write('diarization/recordings.tsv', 'not looked at');
  write('diarization/talk.flac');
  write('diarization/talk.rttm', 'SPEAKER talk 1 0 2 <NA> <NA> ann <NA> <NA>\n');
  write('diarization/talk.stm', 'talk 1 ann 0 2 hello\n');
  write('diarization/meeting.1.wav');
  write('diarization/meeting.1.rttm', '');
  expect(readDataFolder(folder)).toEqual({
    clips: [],
    conversations: [
      { name: 'meeting.1', path: join(folder, 'diarization/meeting.1.wav'), turns: [], lines: undefined },
      {
        name: 'talk',
        path: join(folder, 'diarization/talk.flac'),
        turns: [{ start: 0, end: 2, speaker: 'ann' }],
        lines: [{ start: 0, end: 2, speaker: 'ann', text: 'hello' }],
      },
    ],
  });
});

it('says which reference has no recording', () => {
  write('diarization/talk.rttm');
  expect(() => readDataFolder(folder)).toThrow(/diarization\/talk has a reference but no recording/);
});

it('finds nothing in a folder without references', () => {
  expect(readDataFolder(folder)).toEqual({ clips: [], conversations: [] });
});
