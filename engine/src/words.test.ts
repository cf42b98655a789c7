import { expect, test } from 'vitest';

import { textOf } from './words.ts';

const line = (...texts: string[]) => textOf(texts.map((text) => ({ text })));

test('words have a space between them where their script has one', () => {
  expect(line('so', 'it', 'goes.')).toBe('so it goes.');
  expect(line('안녕하세요', '여러분')).toBe('안녕하세요 여러분');
});

test('words of scripts without spaces stand side by side, also after their punctuation', () => {
  expect(line('今日', 'は。', '雨', 'です')).toBe('今日は。雨です');
  expect(line('我', '用', 'Linux', '系统')).toBe('我用 Linux 系统');
  expect(line('𠮷', '野')).toBe('𠮷野');
});

test('no words are an empty line', () => {
  expect(line()).toBe('');
});
