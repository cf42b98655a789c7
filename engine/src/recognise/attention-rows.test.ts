import { expect, test } from 'vitest';

import { combineHeads, runningMedian } from './attention-rows.ts';

test('a running median removes a click and keeps a step', () => {
  expect([...runningMedian(Float32Array.of(0, 0, 9, 0, 0, 5, 5, 5, 5), 5)]).toEqual([
    0, 0, 0, 0, 5, 5, 5, 5, 5,
  ]);
});

test('past the ends the median sees mirrored values', () => {
  expect([...runningMedian(Float32Array.of(1, 2, 3, 4), 5)]).toEqual([2, 2, 3, 3]);
});

test('a median wider than the row stays inside it', () => {
  expect([...runningMedian(Float32Array.of(4), 5)]).toEqual([4]);
  expect([...runningMedian(Float32Array.of(), 5)]).toEqual([]);
});

test('heads count alike however strongly they attend, and two frames earlier', () => {
  const strong = Float32Array.of(0, 0, 0, 0, 0.8, 0.8, 0.8, 0.8, 0, 0, 0, 0);
  const weak = Float32Array.of(0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0, 0);
  const expected = [0, 0, 0.5, 0.5, 1, 1, 0.5, 0.5, 0, 0, 0, 0];
  combineHeads([strong, weak]).forEach((value, frame) => expect(value).toBeCloseTo(expected[frame]!, 6));
});

test('a head that attends to nothing gives zeros', () => {
  expect([...combineHeads([new Float32Array(6)])]).toEqual([0, 0, 0, 0, 0, 0]);
});
