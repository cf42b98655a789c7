import type { EditedSegment } from '@icana/contract/edits';

import { lastUpTo } from '../last-up-to.ts';

/** When the words of a transcript begin, to find the one that is being said. Words count through all segments. */
export interface Timeline {
  /** Of each word, in seconds. */
  readonly starts: Float64Array;
  /** The first word of each segment, and after the last one how many words there are. */
  readonly firstWords: Uint32Array;
}

export function timelineOf(segments: readonly EditedSegment[]): Timeline {
  const firstWords = new Uint32Array(segments.length + 1);
  for (const [index, { words }] of segments.entries()) {
    firstWords[index + 1] = firstWords[index]! + words.length;
  }
  const starts = new Float64Array(firstWords.at(-1)!);
  for (const [index, { words }] of segments.entries()) {
    for (const [at, { start }] of words.entries()) starts[firstWords[index]! + at] = start;
  }
  return { starts, firstWords };
}

/** The word that was begun last at a time; -1 before the first one. */
export const wordAt = ({ starts }: Timeline, seconds: number): number => lastUpTo(starts, seconds);

/** The segment of the word that was begun last at a time, or the first one; -1 where there is none. */
export function segmentAt(timeline: Timeline, seconds: number): number {
  const word = Math.max(0, wordAt(timeline, seconds));
  return Math.min(lastUpTo(timeline.firstWords, word), timeline.firstWords.length - 2);
}
