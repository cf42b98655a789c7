import type { Interval, SuppressedSegment, Word } from './types.ts';

/** Faster than anybody speaks. */
const MOST_CHARACTERS_PER_SECOND = 25;
/**
 * Words this doubtful were right in 17 % of the cases when their probability was compared with references; laughter
 * and short noises that pass for speech give nothing better, and speech as a whole window hardly ever is as bad.
 */
const LEAST_CONFIDENCE = 0.3;

/**
 * Whether what was recognised in a window is better not believed: recognisers write words for laughter and noise, too.
 * Such words are kept apart with the reason, never dropped in silence.
 *
 * @param words in order, times from the start of the recording
 * @param speechSeconds how much speech the detector heard in the window
 */
export function suppress(
  words: readonly Word[],
  window: Interval,
  speechSeconds: number,
): SuppressedSegment | undefined {
  if (words.length === 0) return undefined;
  const text = words.map((word) => word.text).join(' ');
  const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
  const { start, end } = window;
  if (text.length / speechSeconds > MOST_CHARACTERS_PER_SECOND)
    return { start, end, text, reason: 'faster-than-speech' };
  if (confidence < LEAST_CONFIDENCE) return { start, end, text, reason: 'low-confidence' };
  return undefined;
}
