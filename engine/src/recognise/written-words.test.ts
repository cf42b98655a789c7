import { expect, test } from 'vitest';

import { writtenWords } from './written-words.ts';

const texts = (text: string) => writtenWords(text).map((word) => word.text);

test('spaces part words, and punctuation stays with the word before it', () => {
  expect(texts('  «Hola», dijo - y se fue…  ')).toEqual(['«Hola»,', 'dijo -', 'y', 'se', 'fue…']);
  expect(texts('- 5 € or $5?')).toEqual(['- 5', '€', 'or', '$5?']);
});

test('scripts without spaces are parted by words, too', () => {
  expect(texts('今天天气很好。')).toEqual(['今天', '天气', '很好。']);
  expect(texts('東京で OK です')).toEqual(['東京', 'で', 'OK', 'です']);
});

test('Korean is parted by its spaces', () => {
  expect(texts('안녕하세요 여러분.')).toEqual(['안녕하세요', '여러분.']);
});

test('every word stands where it says', () => {
  const text = ' 你好, world! ';
  for (const word of writtenWords(text)) expect(text.slice(word.start, word.end)).toBe(word.text);
});

test('a text without words has none', () => {
  for (const text of ['', ' ', '…', '- -']) expect(writtenWords(text)).toEqual([]);
});
