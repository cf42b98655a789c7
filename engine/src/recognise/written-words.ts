/** A word of a text, with the punctuation that belongs to it. */
export interface WrittenWord {
  readonly text: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Letters, digits and the signs that are read out. */
const SPOKEN = /[\p{L}\p{N}\p{Sc}%&+=@]/u;

/**
 * Takes a recogniser's text apart into words: at spaces and, in scripts without them, where Unicode's rules and the
 * dictionaries of ICU end a word. What cannot be heard belongs to the word before it, or else to the first.
 */
export function writtenWords(text: string): WrittenWord[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  const words: WrittenWord[] = [];
  let unheard: number | undefined;
  for (const { 0: run, index } of text.matchAll(/\S+/g)) {
    const pieces = UNSPACED.test(run) ? [...segmenter.segment(run)] : [{ segment: run, index: 0 }];
    for (const piece of pieces) {
      const start = index + piece.index;
      const end = start + piece.segment.length;
      const previous = words.at(-1);
      if (SPOKEN.test(piece.segment)) {
        words.push(wordAt(text, unheard ?? start, end));
        unheard = undefined;
      } else if (previous) words[words.length - 1] = wordAt(text, previous.start, end);
      else unheard ??= start;
    }
  }
  return words;
}

function wordAt(text: string, start: number, end: number): WrittenWord {
  return { text: text.slice(start, end), start, end };
}
