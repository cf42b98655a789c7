import type { Word } from '../types.ts';
import { phrasesOf } from '../vocabulary/prompt.ts';
import { writeKnownPhrases } from '../vocabulary/written.ts';
import { alignTokens } from './alignment.ts';
import { combineHeads } from './attention-rows.ts';
import { frameStart } from './encoder-frames.ts';
import { loadMoonshine, type Ending, type MoonshineFiles, type TokenSequence } from './moonshine.ts';
import { speechOfFrames, type WindowSound } from './speech-mask.ts';
import { spellWords, weakestToken } from './words.ts';

export type { MoonshineFiles, WindowSound };

export interface Recognition {
  /** In order, without overlap. Times are seconds from the start of the window. */
  readonly words: readonly Word[];
  /** Anything but `complete` says that the words are doubtful and that there may be speech without words at the end. */
  readonly ending: Ending;
  /** What it said again and again after them, where it went round in circles and was cut. */
  readonly repeated?: readonly string[] | undefined;
  /** By how much the loud moments of the window stand above its quiet ones, in decibels. */
  readonly riseDb?: number | undefined;
  /** The language that the model found out, where it says. */
  readonly language?: string | undefined;
}

interface SpokenWindow extends WindowSound {
  /** What is spoken; models of one language need not be told. */
  readonly language?: string | undefined;
  /** Phrases that may occur in it, separated by commas. Not all recognisers make use of them. */
  readonly prompt?: string | undefined;
}

export interface Recogniser {
  /** Recognises one window of at most about 20 s. A window without words, or under 0.1 s, gives none. */
  recognise(window: SpokenWindow): Promise<Recognition>;
}

/**
 * Loads a recogniser of our own. Prompts are heeded for English alone, whose common words we know.
 *
 * @throws UnexpectedModelError when the decoder is not the Moonshine file this engine knows
 */
export async function loadRecogniser(files: MoonshineFiles): Promise<Recogniser> {
  const moonshine = await loadMoonshine(files);
  const vocabularyOf = latest(phrasesOf);
  return {
    async recognise(window) {
      const { samples, language = 'en', prompt = '' } = window;
      const sequence = await moonshine.decode(samples, vocabularyOf(language === 'en' ? prompt : ''));
      const repeated = spellWords(sequence.repeated).map(({ text }) => text);
      return { words: timeWords(sequence, window), ending: sequence.ending, repeated };
    },
  };
}

/** All windows of a recording have the same prompt. */
function latest<T>(make: (key: string) => T): (key: string) => T {
  let kept: { key: string; value: T } | undefined;
  return (key) => {
    if (kept?.key !== key) kept = { key, value: make(key) };
    return kept.value;
  };
}

function timeWords({ tokens, known, frameCount }: TokenSequence, window: WindowSound): Word[] {
  const words = writeKnownPhrases(spellWords(tokens.map(({ id }) => id)), known);
  const ranges = alignTokens({
    attention: words.flatMap(({ spokenTokens }) =>
      spokenTokens.map((token) => combineHeads(tokens[token]!.attention)),
    ),
    startsWord: words.flatMap(({ spokenTokens }) => spokenTokens.map((_, position) => position === 0)),
    speech: speechOfFrames(window, frameCount),
  });
  let next = 0;
  return words.map((word) => {
    const first = ranges[next]!;
    next += word.spokenTokens.length;
    const last = ranges[next - 1]!;
    return {
      text: word.text,
      start: frameStart(first.start),
      end: frameStart(last.end),
      confidence: weakestToken(word, tokens),
    };
  });
}
