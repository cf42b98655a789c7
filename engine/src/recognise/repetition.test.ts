import { expect, test } from 'vitest';

import { findLoop, lengthWithoutLoop } from './repetition.ts';

const phrase = (length: number, from: number) => Array.from({ length }, (_, index) => from + index);
const times = (count: number, ids: number[]) => Array.from({ length: count }, () => ids).flat();

test('a loop is cut after its first round, and what came before it stays', () => {
  const start = [900, 901, 902];
  expect(lengthWithoutLoop([...start, ...times(6, phrase(5, 10))])).toBe(3 + 5);
});

test('a loop that was stopped in the middle of a round is cut all the same', () => {
  expect(lengthWithoutLoop([900, ...times(4, phrase(6, 10)), 10, 11, 12])).toBe(1 + 6);
});

test('one token said over and over is a loop', () => {
  expect(lengthWithoutLoop([7, 8, ...times(20, [5])])).toBe(3);
});

test('a sequence without repetition is no loop', () => {
  expect(lengthWithoutLoop(phrase(100, 10))).toBeUndefined();
  expect(lengthWithoutLoop([])).toBeUndefined();
});

test('saying a sentence twice, or "no" ten times, is speech', () => {
  expect(lengthWithoutLoop(times(2, phrase(12, 10)))).toBeUndefined();
  expect(lengthWithoutLoop(times(10, [5]))).toBeUndefined();
});

test('of words said over and over all rounds but the first are found, wherever they stand', () => {
  const words = 'now it is so I am I am I am I am I am I am I am I am and then'.split(' ');
  expect(findLoop(words)).toEqual({ start: 6, end: 20 });
});

test('a refrain, and a child that says "no" ten times, are no loops', () => {
  expect(findLoop('can you hear me can you hear me can you hear me yes'.split(' '))).toBeUndefined();
  expect(findLoop(times(10, [5]).map(String))).toBeUndefined();
  expect(findLoop([])).toBeUndefined();
});
