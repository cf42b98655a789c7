import type { Interval, Segment } from './types.ts';

/*
 * The detector hears whole frames, and windows have air after their last word: they reach up to 31 and 231 ms past the
 * end of a recording that ends in the middle of speech. What is told of it does not.
 */

/** The interval as far as the recording goes. */
export function endingBy<Each extends Interval>(interval: Each, endSeconds: number): Each {
  const { start, end } = interval;
  return { ...interval, start: Math.min(start, endSeconds), end: Math.min(end, endSeconds) };
}

/** The segment and its words as far as the recording goes. */
export function segmentEndingBy<Each extends Segment>(segment: Each, endSeconds: number): Each {
  const words = segment.words.map((word) => endingBy(word, endSeconds));
  return { ...endingBy(segment, endSeconds), words };
}
