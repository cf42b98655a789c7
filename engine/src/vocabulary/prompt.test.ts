import { expect, test } from 'vitest';

import { phrasesOf } from './prompt.ts';

const textsOf = (prompt: string) => phrasesOf(prompt).map(({ text }) => text);

test('phrases stand between commas, semicolons or on lines of their own', () => {
  expect(textsOf(' Icana,  Wagga   Wagga;José\nGPT-4,,')).toEqual(['Icana', 'Wagga Wagga', 'José', 'GPT-4']);
});

test('of a long prompt the last 200 words count', () => {
  const words = Array.from({ length: 260 }, (_, index) => `name${index}`);
  expect(textsOf(words.join(', '))).toEqual(words.slice(60));
});

test('a sentence counts as its words, a phrase twice as one', () => {
  expect(textsOf('the meeting was about Icana, Icana')).toEqual(['the', 'meeting', 'was', 'about', 'Icana']);
});

test('what has no sound is no phrase: single letters, signs, other scripts', () => {
  expect(textsOf('R, -, 日本, S3')).toEqual(['S3']);
});

test('a phrase is spelled in the ways a recogniser may write it, with as many words each', () => {
  const [phrase] = phrasesOf('José María');
  expect(phrase!.spellings.map(({ text }) => text)).toEqual([
    'José María',
    'Jose Maria',
    'jose maria',
    'Jose maria',
  ]);
});
