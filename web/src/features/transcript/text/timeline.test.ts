import { applyEdits, NO_EDITS, type Original } from '@icana/contract/edits';
import { describe, expect, test } from 'vitest';

import { segmentAt, timelineOf, wordAt } from './timeline.ts';

const ORIGINAL: Original = {
  words: [1, 2, 2, 5].map((start, place) => ({
    start,
    end: start + 0.5,
    text: `word${place}`,
    confidence: 0.9,
    segment: place < 3 ? 0 : 1,
  })),
  segments: [
    { start: 1, end: 2.5, speaker: 1, confidence: 0.9 },
    { start: 5, end: 5.5, speaker: 2, confidence: 0.9 },
  ],
};
const TIMELINE = timelineOf(applyEdits(ORIGINAL, NO_EDITS));

describe('the word at a time', () => {
  test.each([
    ['before the first', 0.9, -1],
    ['as it begins', 1, 0],
    ['in it', 1.7, 0],
    ['of two that begin at once', 2, 2],
    ['in a pause', 4.9, 2],
    ['after the last', 99, 3],
  ])('%s', (_, seconds, word) => {
    expect(wordAt(TIMELINE, seconds)).toBe(word);
  });

  test('is in its segment, and the first segment is there before it has begun', () => {
    expect([0, 1, 4.9, 5, 99].map((seconds) => segmentAt(TIMELINE, seconds))).toEqual([0, 0, 0, 1, 1]);
  });

  test('is none where nobody speaks', () => {
    const silence = timelineOf([]);
    expect([wordAt(silence, 1), segmentAt(silence, 1)]).toEqual([-1, -1]);
  });
});
