import type { RecognisedWord, Segment, Word } from './types.ts';
import { textOf } from './words.ts';

/**
 * Where a window ends the recogniser always ends a sentence, and begins the next with a capital. With words this close
 * the sentence goes on in fact: see docs/accuracy.md, "Sentences".
 */
const LONGEST_GAP_SECONDS = 0.65;

const FULL_STOP = /(?<=[\p{L}\p{N}])\.$/u;
/** Of an acronym the first letter stays large. */
const CAPITALISED = /^\p{Lu}(?!\p{Lu})/u;

/**
 * Joins sentences that a border between recognition windows has cut: the full stop goes, and the capital after it,
 * where the same word is written small elsewhere in the recording. Names keep theirs, in any language.
 *
 * @param words all words of the recording: what is said only here stays as it is
 */
export function joinSentences(segments: readonly Segment[], words: readonly RecognisedWord[]): Segment[] {
  const small = new Set(
    words.map(({ text }) => spelling(text)).filter((text) => text === text.toLowerCase()),
  );
  return segments.map((segment) => {
    const joined = joinWords(segment.words, small);
    return { ...segment, text: textOf(joined), words: joined };
  });
}

function joinWords(words: readonly RecognisedWord[], small: ReadonlySet<string>): Word[] {
  const joined: Word[] = [];
  for (const { opensWindow, ...word } of words) {
    const last = joined.at(-1);
    const isClose = last && word.start - last.end < LONGEST_GAP_SECONDS;
    const goesOn =
      opensWindow && isClose && FULL_STOP.test(last.text) && small.has(lowered(spelling(word.text)));
    if (goesOn) joined[joined.length - 1] = { ...last, text: last.text.replace(FULL_STOP, '') };
    joined.push(goesOn ? { ...word, text: lowered(word.text) } : word);
  }
  return joined;
}

/** A word without the punctuation around it. */
const spelling = (text: string): string => text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

const lowered = (text: string): string => text.replace(CAPITALISED, (letter) => letter.toLowerCase());
