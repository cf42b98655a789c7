import { expect, test } from 'vitest';

import { composeSegments } from './segments.ts';
import type { Word } from './types.ts';

const word = (text: string, start: number, end: number, confidence = 1): Word => ({
  text,
  start,
  end,
  confidence,
});

test('a word belongs to the speaker in whose turn its middle lies', () => {
  const turns = [
    { speaker: 0, start: 0, end: 1 },
    { speaker: 1, start: 1, end: 2 },
  ];
  const segments = composeSegments([word('left', 0.2, 0.9), word('right', 0.9, 1.4)], turns);
  expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
    [1, 'left'],
    [2, 'right'],
  ]);
});

test('a word outside every turn belongs to the nearest', () => {
  const turns = [
    { speaker: 0, start: 0, end: 1 },
    { speaker: 1, start: 5, end: 6 },
  ];
  const segments = composeSegments([word('after', 1.2, 1.6), word('before', 4.4, 4.8)], turns);
  expect(segments.map(({ speaker }) => speaker)).toEqual([1, 2]);
});

test('speakers are numbered in the order in which they are heard to say words', () => {
  const turns = [
    { speaker: 0, start: 0, end: 1 },
    { speaker: 7, start: 1, end: 2 },
    { speaker: 3, start: 2, end: 3 },
  ];
  const segments = composeSegments([word('a', 1.1, 1.5), word('b', 2.1, 2.5), word('c', 2.6, 2.8)], turns);
  expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
    [1, 'a'],
    [2, 'b c'],
  ]);
});

test('a pause of more than half a second begins a new segment of the same speaker', () => {
  const segments = composeSegments(
    [word('one', 0, 0.5, 0.5), word('two', 0.6, 1, 1), word('three', 2, 2.4)],
    [{ speaker: 0, start: 0, end: 3 }],
  );
  expect(segments.map(({ start, end, text, confidence }) => ({ start, end, text, confidence }))).toEqual([
    { start: 0, end: 1, text: 'one two', confidence: 0.75 },
    { start: 2, end: 3, text: 'three', confidence: 1 },
  ]);
});

test('a segment begins and ends with the turn of its outermost words, not with a silence', () => {
  const turns = [
    { speaker: 0, start: 0.7, end: 3 },
    { speaker: 1, start: 3, end: 9 },
  ];
  const words = [word('early', 1, 2), word('late', 2.2, 2.7), word('again', 3.1, 4), word('rest', 5.5, 6)];
  expect(composeSegments(words, turns).map(({ start, end, text }) => [start, end, text])).toEqual([
    [0.7, 3, 'early late'],
    [3, 4, 'again'],
    [5.5, 6, 'rest'],
  ]);
});

test('segments never overlap, even where words reach into the next turn', () => {
  const turns = [
    { speaker: 0, start: 0, end: 1 },
    { speaker: 1, start: 1, end: 2 },
  ];
  const segments = composeSegments([word('long', 0.5, 1.3), word('next', 1.4, 1.9)], turns);
  expect(segments.map(({ start, end }) => [start, end])).toEqual([
    [0, 1.3],
    [1.3, 2],
  ]);
});

test('words without any turns are one speaker', () => {
  expect(composeSegments([word('alone', 0, 1)], [])[0]?.speaker).toBe(1);
});

test('no words give no segments', () => {
  expect(composeSegments([], [{ speaker: 0, start: 0, end: 1 }])).toEqual([]);
});
