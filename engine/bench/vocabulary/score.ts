import { spokenUnits } from '../scoring/spoken-text.ts';
import { alignWords, countWordErrors, type WordErrors } from '../scoring/word-errors.ts';

export interface VocabularyScore {
  /** How many phrases of the vocabulary the reference has, and how many of them the text has, letter by letter. */
  readonly spoken: number;
  readonly written: number;
  /** Phrases of the vocabulary that the text has and the reference has not, each time. */
  readonly inserted: readonly string[];
  readonly errors: WordErrors;
}

/** Compares a text with what was said. Phrases count with their capitals and accents, words as they always do. */
export function scoreVocabulary(
  { text, reference }: { text: string; reference: string },
  vocabulary: readonly string[],
): VocabularyScore {
  let spoken = 0;
  let written = 0;
  const inserted: string[] = [];
  for (const phrase of vocabulary) {
    const said = countOf(phrase, reference);
    const found = countOf(phrase, text);
    spoken += said;
    written += Math.min(said, found);
    for (let times = said; times < found; times++) inserted.push(phrase);
  }
  const steps = alignWords(spokenUnits(reference, 'en'), spokenUnits(text, 'en'));
  return { spoken, written, inserted, errors: countWordErrors(steps) };
}

/** How often a phrase stands in a text by itself, or with the ending of a plural or possessive. */
function countOf(phrase: string, text: string): number {
  const literally = phrase.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const pattern = `(?<![\\p{L}\\p{Nd}])${literally}(?:['’]?s)?(?![\\p{L}\\p{Nd}])`;
  return text.match(new RegExp(pattern, 'gu'))?.length ?? 0;
}
