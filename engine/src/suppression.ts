import type { Recognition } from './recognise/recogniser.ts';
import { findLoop } from './recognise/repetition.ts';
import type { Interval, RecognisedWord, SuppressedWords, Word } from './types.ts';
import { meanConfidence, textOf } from './words.ts';

/**
 * Faster than anybody speaks. In noise the detector hears only parts of what is said, so up to twice as fast a
 * recogniser that is sure is believed: of speech it was 90 % sure then, of laughter 33 at most.
 */
const MOST_CHARACTERS_PER_SECOND = 25;
const MOST_CHARACTERS_PER_SECOND_IF_SURE = 50;
const SURE_CONFIDENCE = 0.6;
/**
 * Words this doubtful were right in 17 % of the cases when their probability was compared with references; laughter
 * and short noises that pass for speech give nothing better, and speech as a whole window hardly ever is as bad.
 */
const LEAST_CONFIDENCE = 0.3;
/** A recogniser that did not come to an end by itself (it went in circles, or wrote too much) has to be surer. */
const LEAST_CONFIDENCE_UNFINISHED = SURE_CONFIDENCE;
/**
 * Steady noise stays within this. Speech, also at 0 dB in the noise of a vacuum cleaner, never did over 60 readers: it
 * rose by 4 dB at least. More cannot be asked: that cleaner alone rises by 10.
 */
const LEAST_RISE_DB = 3;

export interface JudgedWindow {
  readonly words: readonly RecognisedWord[];
  readonly suppressed: readonly SuppressedWords[];
}

/**
 * Which of the words recognised in a window are better not believed: recognisers write words for laughter and noise,
 * too, and say them again and again. Such words are kept apart with the reason, never dropped in silence.
 *
 * @param window where it was recognised, in the recording
 * @param speechSeconds how much speech the detector heard in it
 * @returns words with times of the recording
 */
export function judge(recognition: Recognition, window: Interval, speechSeconds: number): JudgedWindow {
  const words = recognition.words.map((word) => moved(word, window.start));
  const reason = doubt(recognition, speechSeconds);
  if (reason) return { words: [], suppressed: [{ reason, words }] };
  const loop = findLoop(words.map(({ text }) => spoken(text)));
  const repeated = loop ? words.slice(loop.start, loop.end) : repeatedAfter(words, recognition, window);
  const believed = loop ? [...words.slice(0, loop.start), ...words.slice(loop.end)] : words;
  return {
    words: believed.map((word, index) => (index === 0 ? { ...word, opensWindow: true } : word)),
    suppressed: repeated.length > 0 ? [{ reason: 'repetition', words: repeated }] : [],
  };
}

function doubt(recognition: Recognition, speechSeconds: number): SuppressedWords['reason'] | undefined {
  const { words, ending, riseDb = Infinity } = recognition;
  if (words.length === 0) return undefined;
  if (riseDb < LEAST_RISE_DB) return 'noise-floor';
  const confidence = meanConfidence(words);
  const most = confidence < SURE_CONFIDENCE ? MOST_CHARACTERS_PER_SECOND : MOST_CHARACTERS_PER_SECOND_IF_SURE;
  if (textOf(words).length / speechSeconds > most) return 'faster-than-speech';
  const least = ending === 'complete' ? LEAST_CONFIDENCE : LEAST_CONFIDENCE_UNFINISHED;
  return confidence < least ? 'low-confidence' : undefined;
}

/** What the recogniser said again and again, after the words it had, to the window's end. It was not placed in time. */
function repeatedAfter(words: readonly Word[], { repeated = [] }: Recognition, window: Interval): Word[] {
  const start = words.at(-1)?.end ?? window.start;
  const share = (window.end - start) / repeated.length;
  if (share <= 0) return [];
  return repeated.map((text, index) => {
    const at = start + index * share;
    return {
      text: text.replace(/^[^\p{L}\p{N}]+/u, ''),
      start: at,
      end: at + share,
      confidence: 0,
      estimated: true,
    };
  });
}

function moved(word: Word, seconds: number): Word {
  return { ...word, start: word.start + seconds, end: word.end + seconds };
}

/** A word without what cannot be heard of it: loops change commas. */
const spoken = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');
