import type { CommonWords } from './common-words.ts';
import { plainLetters, withoutPunctuation } from './letters.ts';
import { likeness, soundOf } from './likeness.ts';
import type { Phrase } from './prompt.ts';
import type { Spelling } from './spellings.ts';

/** "Post gress Q L": so many words may be one. */
const LONGEST_RUN = 6;
const LEAST_LIKENESS = 0.3;
/** Runs of very different length are not alike; not to compare them saves most of the time. */
const LEAST_LENGTH_RATIO = 0.4;
/** Words recognised more surely than this are not doubted, unless a phrase has the same letters. */
const SURE = 0.8;

/**
 * How much log-probability (nats) a phrase may lose against what the model found likeliest, if both sound the same; less
 * in proportion where they do not. Chosen on the half of the test's words that is there for it: the phrases that were
 * said lost up to 11 times their likeness, others more than 12 times, with few exceptions.
 */
const ALLOWANCE = 12;
/** The same instead of several words that are all common English: "type script". */
const ALLOWANCE_FOR_COMMON = 8;
/** The same where only capitals differ from a common word: "rust" is written "Rust" when in doubt. */
const ALLOWANCE_FOR_CAPITALS = 1.5;

const POSSESSIVE = /['’]s$/;

export interface HeardWord {
  readonly text: string;
  readonly confidence: number;
}

/** Where a phrase may have been said. */
export interface Place {
  readonly phrase: Phrase;
  /** Those that say it was. */
  readonly spellings: readonly Spelling[];
  /** How many words it would be instead of. */
  readonly wordCount: number;
  /** The lowest of their confidences. */
  readonly confidence: number;
  /** How much log-probability (nats) it may cost to write the phrase here. */
  readonly allowance: number;
}

export interface PlaceSearch {
  readonly words: readonly HeardWord[];
  readonly vocabulary: readonly Phrase[];
  readonly commonWords: CommonWords;
}

/** How many words from `first` on are a phrase already, 0 where none is. */
export function phraseStandingAt(first: number, { words, vocabulary }: PlaceSearch): number {
  const texts = new Set(vocabulary.map(({ text }) => text));
  return runsAt(first, words).findLast(({ text }) => texts.has(text))?.wordCount ?? 0;
}

/**
 * The phrases that may have been said from the word `first` on, each instead of the run of words that sounds most like
 * it. Where that is a single word of common English, the phrase has no place.
 */
export function placesAt(first: number, { words, vocabulary, commonWords }: PlaceSearch): Place[] {
  const runs = runsAt(first, words);
  return vocabulary.flatMap((phrase) => {
    const { run, alike } = mostAlike(phrase, runs);
    const hasSameLetters = plainLetters(run.text) === plainLetters(phrase.text);
    const heard = run.text.split(/[\s-]+/);
    const isCommon = heard.every((word) => commonWords.has(word));
    const { wordCount, confidence } = run;
    const place = { phrase, spellings: phrase.spellings, wordCount, confidence };
    if (heard.length === 1 && isCommon) {
      const asGiven = phrase.spellings.filter(({ text }) => text === phrase.text);
      return hasSameLetters ? { ...place, spellings: asGiven, allowance: ALLOWANCE_FOR_CAPITALS } : [];
    }
    if (alike < LEAST_LIKENESS || (confidence > SURE && !hasSameLetters)) return [];
    return { ...place, allowance: alike * (isCommon ? ALLOWANCE_FOR_COMMON : ALLOWANCE) };
  });
}

function mostAlike(phrase: Phrase, runs: readonly Run[]) {
  const compared = runs.map((run) => ({ run, alike: soundAlike(phrase, run) }));
  return compared.reduce((best, other) => (other.alike > best.alike ? other : best));
}

function soundAlike({ sound }: Phrase, run: Run): number {
  const [short, long] = [sound[0]!.letters.length, run.sound[0]?.letters.length ?? 0].toSorted(
    (a, b) => a - b,
  );
  return short! / long! < LEAST_LENGTH_RATIO ? 0 : likeness(sound, run.sound);
}

type Run = ReturnType<typeof runsAt>[number];

/** The runs of words that begin with one: as text without the punctuation around it and the ending of a possessive. */
function runsAt(first: number, words: readonly HeardWord[]) {
  const longest = Math.min(LONGEST_RUN, words.length - first);
  return Array.from({ length: longest }, (_, index) => {
    const run = words.slice(first, first + index + 1);
    const written = run.map((word) => word.text).join(' ');
    const text = withoutPunctuation(written).replace(POSSESSIVE, '');
    const confidence = Math.min(...run.map((word) => word.confidence));
    return { text, wordCount: run.length, confidence, sound: soundOf(text) };
  });
}
