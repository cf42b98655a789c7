import type { Mark, Stretch } from './search-index.ts';

/** A piece of text that is either marked as a whole or not at all. */
export interface Piece {
  readonly text: string;
  /** The number of the match that it is of. */
  readonly match?: number | undefined;
}

/** A stretch of a text in pieces, as marks divide it. */
export function piecesOf(text: string, { start, end }: Stretch, marks: readonly Mark[]): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  for (const mark of marks) {
    const [from, to] = [Math.max(at, mark.start), Math.min(end, mark.end)];
    if (from >= to) continue;
    if (from > at) pieces.push({ text: text.slice(at, from) });
    pieces.push({ text: text.slice(from, to), match: mark.match });
    at = to;
  }
  if (at < end) pieces.push({ text: text.slice(at, end) });
  return pieces;
}

/** Where each word stands in the text that is made of them. */
export function stretchesOf(text: string, words: readonly string[]): Stretch[] {
  let at = 0;
  return words.map((word) => {
    const start = Math.max(at, text.indexOf(word, at));
    at = Math.min(text.length, start + word.length);
    return { start, end: at };
  });
}
