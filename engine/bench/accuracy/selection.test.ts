import { expect, it } from 'vitest';

import { selectRecordings } from './selection.ts';

const clip = (name: string, language: string) => ({ name, path: name, language, text: '' });
const talk = { name: 'talk', path: 'talk', turns: [], lines: undefined };
const data = { clips: [clip('a', 'en'), clip('b', 'de'), clip('c', 'de')], conversations: [talk] };
const languages = new Set(['en']);

it('leaves out clips in languages without a model, and counts them', () => {
  const selection = selectRecordings(data, { languages });
  expect(selection.data).toEqual({ clips: [clip('a', 'en')], conversations: [talk] });
  expect([...selection.leftOut]).toEqual([['de', 2]]);
});

it('takes one half alone', () => {
  expect(selectRecordings(data, { languages, only: 'asr' }).data.conversations).toEqual([]);
  const conversations = selectRecordings(data, { languages, only: 'diarization' });
  expect(conversations.data).toEqual({ clips: [], conversations: [talk] });
  expect(conversations.leftOut.size).toBe(0);
});
