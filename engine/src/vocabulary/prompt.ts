import { soundOf, type Sound } from './likeness.ts';
import { spellingsOf, type Spelling } from './spellings.ts';

/** Of a longer prompt the end counts. */
const MOST_WORDS = 200;
/** What is longer is no name but a sentence, of which each word counts by itself. */
const MOST_WORDS_IN_PHRASE = 4;

/** Something that the sender says occurs in the recording, to be written so. */
export interface Phrase {
  readonly text: string;
  readonly sound: Sound;
  readonly spellings: readonly Spelling[];
}

/**
 * The phrases of a prompt: what stands between commas or on a line of its own. Of its last 200 words, none twice.
 * What has fewer than two letters or digits is left out, because it sounds like everything.
 */
export function phrasesOf(prompt: string): Phrase[] {
  const texts = prompt
    .split(/[,;\p{Cc}]/u)
    .map((text) => text.trim().split(/\s+/))
    .flatMap((words) => (words.length > MOST_WORDS_IN_PHRASE ? words.map((word) => [word]) : [words]));
  let words = 0;
  const from = texts.findLastIndex((phrase) => (words += phrase.length) > MOST_WORDS);
  const kept = new Set(texts.slice(from + 1).map((phrase) => phrase.join(' ')));
  return [...kept]
    .filter((text) => (text.match(/[\p{L}\p{Nd}]/gu)?.length ?? 0) > 1)
    .map((text) => ({ text, sound: soundOf(text), spellings: spellingsOf(text) }))
    .filter(({ sound }) => sound.length > 0);
}
