import type { OfflineRecognizerResult } from 'sherpa-onnx-node';

import { SAMPLE_RATE } from '../../audio/pcm-file.ts';
import type { Interval, Word } from '../../types.ts';
import { estimateTimes } from '../estimated-times.ts';
import type { WindowSound } from '../speech-mask.ts';
import { writtenWords, type WrittenWord } from '../written-words.ts';

/** For words of models that do not tell how sure they are: neither believed nor disbelieved. */
const UNKNOWN_CONFIDENCE = 0.5;
/** A token that no other follows is not given more. */
const LONGEST_TOKEN_SECONDS = 0.5;
const SHORTEST_WORD_SECONDS = 0.02;

type Result = Pick<OfflineRecognizerResult, 'text' | 'tokens' | 'timestamps' | 'durations' | 'ys_log_probs'>;

/**
 * The words of what sherpa-onnx answers, with the times of their tokens where the model gives them, else estimated and
 * marked so.
 */
export function wordsOfResult(result: Result, window: WindowSound): Word[] {
  const words = writtenWords(result.text);
  const tokensOfWords = findTokens(words, result);
  if (tokensOfWords && result.timestamps.length === result.tokens.length) {
    return timedByTokens(words, tokensOfWords, result, window.samples.length / SAMPLE_RATE);
  }
  const times = estimateTimes(
    words.map(({ text }) => text.length),
    window,
  );
  return words.map(({ text }, index) => ({
    text,
    ...times[index]!,
    confidence: confidenceOf(tokensOfWords?.[index], result),
    estimated: true,
  }));
}

interface TokenRange {
  readonly first: number;
  readonly last: number;
}

/** Which tokens wrote each word; nothing where the tokens do not add up to the text. */
function findTokens(words: readonly WrittenWord[], { text, tokens }: Result): TokenRange[] | undefined {
  const pieces = tokens.map((token) => token.replaceAll('\u2581', ' '));
  const whole = pieces.join('');
  if (tokens.length === 0 || whole.trim() !== text.trim()) return undefined;
  const shift = whole.indexOf(whole.trim()) - text.indexOf(text.trim());
  let end = 0;
  const ends = pieces.map((piece) => (end += piece.length));
  return words.map((word) => ({
    first: ends.findIndex((tokenEnd) => tokenEnd > word.start + shift),
    last: ends.findIndex((tokenEnd) => tokenEnd >= word.end + shift),
  }));
}

function timedByTokens(
  words: readonly WrittenWord[],
  ranges: readonly TokenRange[],
  result: Result,
  windowSeconds: number,
): Word[] {
  let earliest = 0;
  return words.map(({ text }, index) => {
    const range = ranges[index]!;
    const spoken = intervalOf(range, result, windowSeconds);
    const start = Math.min(Math.max(spoken.start, earliest), windowSeconds - SHORTEST_WORD_SECONDS);
    const end = Math.max(spoken.end, start + SHORTEST_WORD_SECONDS);
    earliest = end;
    return { text, start, end, confidence: confidenceOf(range, result) };
  });
}

/** From where its first token begins to where its last one ends, or at the latest the next one begins. */
function intervalOf({ first, last }: TokenRange, result: Result, windowSeconds: number): Interval {
  const { timestamps, durations } = result;
  const lastStart = timestamps[last]!;
  const longest = durations[last] || LONGEST_TOKEN_SECONDS;
  const end = Math.min(lastStart + longest, timestamps[last + 1] ?? windowSeconds, windowSeconds);
  return { start: timestamps[first]!, end };
}

/** The probability of the weakest token. */
function confidenceOf(range: TokenRange | undefined, { tokens, ys_log_probs: logarithms }: Result): number {
  if (!range || logarithms.length !== tokens.length) return UNKNOWN_CONFIDENCE;
  const weakest = Math.min(...logarithms.slice(range.first, range.last + 1));
  return Math.min(1, Math.exp(weakest));
}
