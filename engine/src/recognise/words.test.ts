import llama from 'llama-tokenizer-js';
import { expect, test } from 'vitest';

import { bytesOfToken } from './vocabulary.ts';
import { spellWords } from './words.ts';

const tokens = (...pieces: string[]) =>
  pieces.map((piece) => llama.vocabByString.get(piece.replace(' ', '▁'))!);

test('a token with a leading space starts a word and the others continue it', () => {
  const words = spellWords(tokens(' Hel', 'lo', ',', ' world', '.'));
  expect(words).toEqual([
    { text: 'Hello,', firstToken: 0, lastToken: 1, spokenTokens: [0, 1] },
    { text: 'world.', firstToken: 3, lastToken: 3, spokenTokens: [3] },
  ]);
});

test('punctuation inside a word belongs to it but is not spoken', () => {
  expect(spellWords(tokens(' don', "'", 't'))).toEqual([
    { text: "don't", firstToken: 0, lastToken: 2, spokenTokens: [0, 2] },
  ]);
});

test('letters outside the vocabulary are put together from their bytes', () => {
  expect(spellWords(tokens(' ', '<0xE2>', '<0x98>', '<0x95>', ' time')).map(({ text }) => text)).toEqual([
    '☕',
    'time',
  ]);
});

test('half a letter is dropped', () => {
  expect(spellWords(tokens(' tea', '<0xE2>', '<0x98>')).map(({ text }) => text)).toEqual(['tea']);
});

test('a dash standing alone is no word: it joins the word before it, or the first', () => {
  expect(spellWords(tokens(' -', ' yes', ' -', ' no')).map(({ text }) => text)).toEqual(['- yes -', 'no']);
});

test('nothing but punctuation is no word', () => {
  expect(spellWords(tokens(' ...', ' -'))).toEqual([]);
  expect(spellWords([])).toEqual([]);
});

test('marks and fillers write nothing', () => {
  for (const id of [0, 1, 2, 32_000, 32_767]) expect(bytesOfToken(id)).toHaveLength(0);
});
