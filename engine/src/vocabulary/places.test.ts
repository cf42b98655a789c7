import { expect, test } from 'vitest';

import { loadCommonWords } from './common-words.ts';
import { phraseStandingAt, placesAt } from './places.ts';
import { phrasesOf } from './prompt.ts';

const commonWords = loadCommonWords();

function search(text: string, prompt: string, confidence = 0.5) {
  const words = text.split(' ').map((word) => ({ text: word, confidence }));
  return { words, vocabulary: phrasesOf(prompt), commonWords };
}

test('a phrase has its place at the run of words that sounds most like it', () => {
  const [place, ...others] = placesAt(1, search('the post gress Q L, server', 'PostgreSQL'));
  expect(others).toEqual([]);
  expect(place).toMatchObject({ phrase: { text: 'PostgreSQL' }, wordCount: 4, confidence: 0.5 });
});

test.each([
  ['win', 'Nguyen'],
  ['zero', 'Xero'],
  ['can’t', 'Canva'],
  ['feet', 'Vite'],
])('"%s" is common English and never gives way to %s', (word, prompt) => {
  expect(placesAt(0, search(word, prompt))).toEqual([]);
});

test('a common word may get the capitals of the prompt, for little', () => {
  const [place] = placesAt(0, search('stripe', 'Stripe'));
  expect(place!.spellings.map(({ text }) => text)).toEqual(['Stripe']);
  expect(place!.allowance).toBeLessThan(2);
});

test('common words in a row have to be surer to be a phrase than what is no English', () => {
  const [common] = placesAt(0, search('elastic search', 'Elasticsearch'));
  const [rare] = placesAt(0, search('elastik serch', 'Elasticsearch'));
  expect(common!.allowance).toBeLessThan(rare!.allowance);
});

test('what was recognised surely is not doubted, but for capitals and accents', () => {
  expect(placesAt(0, search('Kandava', 'Canva', 0.95))).toEqual([]);
  expect(placesAt(0, search('Jose', 'José', 0.95))).toHaveLength(1);
});

test('a phrase that stands there already is seen, with its punctuation and possessive', () => {
  expect(phraseStandingAt(0, search('“Wagga Wagga’s,” they said', 'Wagga Wagga'))).toBe(2);
  expect(phraseStandingAt(1, search('“Wagga Wagga’s,” they said', 'Wagga Wagga'))).toBe(0);
});
