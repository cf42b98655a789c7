import { expect, test } from 'vitest';

import { suppress } from './suppression.ts';
import type { Ending, Recognition } from './recognise/recogniser.ts';

const window = { start: 10, end: 14 };
const said = (text: string, confidence: number, ending: Ending = 'complete'): Recognition => ({
  words: text
    .split(' ')
    .map((word, index) => ({ text: word, start: index / 10, end: (index + 1) / 10, confidence })),
  ending,
});

test('ordinary speech is believed', () => {
  expect(suppress(said('ask what you can do for your country', 0.9), window, 3)).toBeUndefined();
});

test('a window without words has nothing to suppress', () => {
  expect(suppress({ words: [], ending: 'complete' }, window, 3)).toBeUndefined();
});

test('words that the recogniser hardly believes itself are kept apart', () => {
  expect(suppress(said('Good.', 0.19), window, 0.4)).toEqual({
    ...window,
    text: 'Good.',
    reason: 'low-confidence',
  });
});

test('one doubtful word among good ones is believed', () => {
  const words = [...said('what your country can do', 0.9).words, ...said('Anon,', 0.1).words];
  expect(suppress({ words, ending: 'complete' }, window, 3)).toBeUndefined();
});

test('more text than could be spoken in the time is kept apart', () => {
  const words = said('this is far too much text for such a short time', 0.9);
  expect(suppress(words, window, 1)?.reason).toBe('faster-than-speech');
  expect(suppress(words, window, 2)).toBeUndefined();
});

test('a recogniser that went in circles has to be surer of its words', () => {
  expect(suppress(said('and so on', 0.5), window, 3)).toBeUndefined();
  expect(suppress(said('and so on', 0.5, 'loop'), window, 3)?.reason).toBe('low-confidence');
  expect(suppress(said('and so on', 0.9, 'loop'), window, 3)).toBeUndefined();
});
