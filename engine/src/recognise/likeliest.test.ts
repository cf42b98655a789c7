import { expect, test } from 'vitest';

import { likeliestToken } from './likeliest.ts';

test('the best token comes with its softmax probability', () => {
  const { token, probability } = likeliestToken(Float32Array.of(Math.log(1), Math.log(6), Math.log(3)));
  expect(token).toBe(1);
  expect(probability).toBeCloseTo(0.6, 6);
});

test('large values do not overflow', () => {
  expect(likeliestToken(Float32Array.of(1000, 0, 999)).probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
});
