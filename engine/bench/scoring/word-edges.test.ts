import { expect, it } from 'vitest';

import { edgeErrors, edgeFigures, linesWithClearEdges } from './word-edges.ts';

/** Faint noise with a loud tone in it from 1 s to 2.5 s, and a click before that. */
const samples = Float32Array.from({ length: 4 * 16_000 }, (_, index) => {
  const isLoud = (index >= 16_000 && index < 40_000) || (index >= 8000 && index < 8160);
  return Math.sin(index) * (isLoud ? 0.3 : 0.001);
});
const place = { start: 0.2, end: 3.8 };

it('measures from the first and the last sound of a line to its outer words', () => {
  const words = [
    { start: 1.03, end: 1.2 },
    { start: 1.3, end: 2.4 },
  ];
  const errors = edgeErrors({ words, place, samples });
  expect(errors.start).toBeCloseTo(0.03, 5);
  expect(errors.end).toBeCloseTo(0.1, 5);
});

it('takes a line without words for wrong without bounds', () => {
  expect(edgeErrors({ words: [], place, samples })).toEqual({ start: Infinity, end: Infinity });
});

it('passes over lines that somebody talks into, and a reader in noise', () => {
  const lines = [
    ['ann', 0, 2] as const,
    ['bob', 2, 5] as const,
    ['ann', 4, 6] as const,
    ['1688', 6, 8] as const,
  ].map(([speaker, start, end]) => ({ speaker, start, end, text: '' }));
  expect(linesWithClearEdges(lines)).toEqual([lines[0]]);
});

it('gives the median and the ninth decile, in whatever order', () => {
  expect(edgeFigures([9, 1, 8, 2, 7, 3, 6, 4, 5, 0])).toEqual({ median: 5, ninthDecile: 9 });
});
