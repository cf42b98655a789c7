import type { Word } from './types.ts';

/** Letters and punctuation of scripts that have no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3001-\u303F\uFF01-\uFFEF]/u;
const UNSPACED_END = new RegExp(`${UNSPACED.source}$`, 'u');
const UNSPACED_START = new RegExp(`^${UNSPACED.source}`, 'u');

/** Words as a line of text: with spaces between them, where the script has any. */
export function textOf(words: readonly Pick<Word, 'text'>[]): string {
  return words.reduce(
    (line, { text }) => (line === '' ? text : `${line}${spaceBetween(line, text)}${text}`),
    '',
  );
}

/** What stands between two texts that follow each other on a line. */
export function spaceBetween(left: string, right: string): ' ' | '' {
  return UNSPACED_END.test(left.slice(-2)) && UNSPACED_START.test(right) ? '' : ' ';
}

/** The mean of the words' confidences, 0 to 1. At least one word. */
export function meanConfidence(words: readonly Pick<Word, 'confidence'>[]): number {
  return words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length;
}
