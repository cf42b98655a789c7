import { expect, test } from 'vitest';

import { likeliestToken, likeliestTokens } from './likeliest.ts';

test('the best token comes with its softmax probability', () => {
  const { token, probability } = likeliestToken(Float32Array.of(Math.log(1), Math.log(6), Math.log(3)));
  expect(token).toBe(1);
  expect(probability).toBeCloseTo(0.6, 6);
});

test('large values do not overflow', () => {
  expect(likeliestToken(Float32Array.of(1000, 0, 999)).probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
});

test('the best tokens come in order, each with its share of all', () => {
  const logits = Float32Array.of(Math.log(1), Math.log(6), Math.log(3), Math.log(6), Math.log(4));
  expect(likeliestTokens(logits, 3)).toEqual([
    { token: 1, probability: expect.closeTo(0.3, 6) },
    { token: 3, probability: expect.closeTo(0.3, 6) },
    { token: 4, probability: expect.closeTo(0.2, 6) },
  ]);
});
