import { expect, test } from 'vitest';

import { markOverlaps } from './overlaps.ts';
import type { Word } from './types.ts';

const word = (start: number, end: number): Word => ({ text: 'word', start, end, confidence: 1 });

test('words are marked in whose middle two people speak at once', () => {
  const words = [word(0, 1), word(1, 2), word(2, 2.4), word(2.4, 4), word(5, 6), word(8, 9)];
  const overlaps = [
    { start: 1.4, end: 2.3 },
    { start: 5.4, end: 5.6 },
    { start: 7, end: 7.5 },
  ];
  expect(markOverlaps(words, overlaps).map(({ overlap }) => overlap)).toEqual([
    undefined,
    true,
    true,
    undefined,
    true,
    undefined,
  ]);
});

test('without overlaps words stay as they are', () => {
  const words = [word(0, 1), word(1, 2)];
  expect(markOverlaps(words, [])).toEqual(words);
});
