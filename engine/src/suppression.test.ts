import { expect, test } from 'vitest';

import { suppress } from './suppression.ts';
import type { Word } from './types.ts';

const window = { start: 10, end: 14 };
const said = (text: string, confidence: number): Word[] =>
  text
    .split(' ')
    .map((word, index) => ({ text: word, start: 10 + index / 10, end: 10.1 + index / 10, confidence }));

test('ordinary speech is believed', () => {
  expect(suppress(said('ask what you can do for your country', 0.9), window, 3)).toBeUndefined();
});

test('a window without words has nothing to suppress', () => {
  expect(suppress([], window, 3)).toBeUndefined();
});

test('words that the recogniser hardly believes itself are kept apart', () => {
  expect(suppress(said('Good.', 0.19), window, 0.4)).toEqual({
    ...window,
    text: 'Good.',
    reason: 'low-confidence',
  });
});

test('one doubtful word among good ones is believed', () => {
  const words = [...said('what your country can do', 0.9), ...said('Anon,', 0.1)];
  expect(suppress(words, window, 3)).toBeUndefined();
});

test('more text than could be spoken in the time is kept apart', () => {
  const words = said('this is far too much text for such a short time', 0.9);
  expect(suppress(words, window, 1)?.reason).toBe('faster-than-speech');
  expect(suppress(words, window, 2)).toBeUndefined();
});
