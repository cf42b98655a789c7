import type { Recognition } from './recognise/recogniser.ts';
import type { Interval, SuppressedSegment } from './types.ts';
import { meanConfidence, textOf } from './words.ts';

/** Faster than anybody speaks. */
const MOST_CHARACTERS_PER_SECOND = 25;
/**
 * Words this doubtful were right in 17 % of the cases when their probability was compared with references; laughter
 * and short noises that pass for speech give nothing better, and speech as a whole window hardly ever is as bad.
 */
const LEAST_CONFIDENCE = 0.3;
/** A recogniser that did not come to an end by itself (it went in circles, or wrote too much) has to be surer. */
const LEAST_CONFIDENCE_UNFINISHED = 0.6;

/**
 * Whether what was recognised in a window is better not believed: recognisers write words for laughter and noise, too.
 * Such words are kept apart with the reason, never dropped in silence.
 *
 * @param window where it was recognised, in the recording
 * @param speechSeconds how much speech the detector heard in it
 */
export function suppress(
  { words, ending }: Recognition,
  window: Interval,
  speechSeconds: number,
): SuppressedSegment | undefined {
  if (words.length === 0) return undefined;
  const text = textOf(words);
  const least = ending === 'complete' ? LEAST_CONFIDENCE : LEAST_CONFIDENCE_UNFINISHED;
  const place = { start: window.start, end: window.end, text };
  if (text.length / speechSeconds > MOST_CHARACTERS_PER_SECOND) {
    return { ...place, reason: 'faster-than-speech' };
  }
  return meanConfidence(words) < least ? { ...place, reason: 'low-confidence' } : undefined;
}
