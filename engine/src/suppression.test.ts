import { expect, test } from 'vitest';

import { judge } from './suppression.ts';
import type { Recognition } from './recognise/recogniser.ts';

const window = { start: 10, end: 14 };
const said = (text: string, confidence: number, more: Partial<Recognition> = {}): Recognition => ({
  words: text
    .split(' ')
    .map((word, index) => ({ text: word, start: index / 10, end: (index + 1) / 10, confidence })),
  ending: 'complete',
  ...more,
});
const reasonOf = (...[recognition, seconds]: [Recognition, number]) =>
  judge(recognition, window, seconds).suppressed[0]?.reason;

test('ordinary speech is believed, and its times are those of the recording', () => {
  const { words, suppressed } = judge(said('ask what you can do for your country', 0.9), window, 3);
  expect(suppressed).toEqual([]);
  expect(words).toHaveLength(8);
  expect(words[0]!.opensWindow).toBe(true);
  expect(words[1]).toEqual({ text: 'what', start: 10.1, end: 10.2, confidence: 0.9 });
});

test('a window without words has nothing to suppress', () => {
  expect(judge({ words: [], ending: 'complete', riseDb: 0 }, window, 3)).toEqual({
    words: [],
    suppressed: [],
  });
});

test('words that the recogniser hardly believes itself are kept apart, with their times', () => {
  expect(judge(said('Good.', 0.19), window, 0.4)).toEqual({
    words: [],
    suppressed: [
      { reason: 'low-confidence', words: [{ text: 'Good.', start: 10, end: 10.1, confidence: 0.19 }] },
    ],
  });
});

test('one doubtful word among good ones is believed', () => {
  const words = [...said('what your country can do', 0.9).words, ...said('Anon,', 0.1).words];
  expect(reasonOf({ words, ending: 'complete' }, 3)).toBeUndefined();
});

test('more text than could be spoken in the time is kept apart', () => {
  const words = said('this is far too much text for such a short time', 0.5);
  expect(reasonOf(words, 1)).toBe('faster-than-speech');
  expect(reasonOf(words, 2)).toBeUndefined();
});

test('a recogniser that is sure may be twice as fast: in noise not all of the speech is detected', () => {
  const words = said('this is far too much text for such a short time', 0.9);
  expect(reasonOf(words, 1)).toBeUndefined();
  expect(reasonOf(words, 0.9)).toBe('faster-than-speech');
});

test('words for a sound that does not rise above its own noise are kept apart', () => {
  expect(reasonOf(said('thank you', 0.9, { riseDb: 1.5 }), 3)).toBe('noise-floor');
  expect(reasonOf(said('thank you', 0.9, { riseDb: 4 }), 3)).toBeUndefined();
});

test('a recogniser that went in circles has to be surer of its words', () => {
  expect(reasonOf(said('and so on', 0.5), 3)).toBeUndefined();
  expect(reasonOf(said('and so on', 0.5, { ending: 'loop' }), 3)).toBe('low-confidence');
  expect(reasonOf(said('and so on', 0.9, { ending: 'loop' }), 3)).toBeUndefined();
});

test('of a loop the further rounds are kept apart, and the sentences around it stay', () => {
  const loop = Array.from({ length: 8 }, () => 'Thank you.').join(' ');
  const { words, suppressed } = judge(
    said(`That was all. ${loop} Now then.`, 0.9),
    { start: 0, end: 20 },
    15,
  );
  expect(words.map(({ text }) => text).join(' ')).toBe('That was all. Thank you. Now then.');
  expect(suppressed).toMatchObject([{ reason: 'repetition' }]);
  expect(suppressed[0]!.words).toHaveLength(14);
  expect(suppressed[0]!.words[0]!.start).toBeCloseTo(0.5);
});

test('what a recogniser said in circles until it was stopped fills the rest of the window, its times estimated', () => {
  const { words, suppressed } = judge(
    said('and so on', 0.9, { ending: 'loop', repeated: [', so', 'on', 'so', 'on'] }),
    window,
    3,
  );
  expect(words.map(({ text }) => text)).toEqual(['and', 'so', 'on']);
  expect(suppressed[0]!.reason).toBe('repetition');
  expect(suppressed[0]!.words.map(({ text, estimated }) => [text, estimated])).toEqual([
    ['so', true],
    ['on', true],
    ['so', true],
    ['on', true],
  ]);
  expect(suppressed[0]!.words[0]!.start).toBeCloseTo(10.3);
  expect(suppressed[0]!.words.at(-1)!.end).toBeCloseTo(14);
});
