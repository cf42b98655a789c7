import stringWidth from 'string-width';

import type { Interval, Segment } from '../types.ts';
import { spaceBetween } from '../words.ts';

/** Columns of a line: a Chinese character takes two, an accent none. */
export const LINE_COLUMNS = 42;

/** What of a text stays together on a line: a word, or a part of one that is wider than a line. */
export interface Piece extends Interval {
  readonly text: string;
  readonly columns: number;
  /** What stands before it on a line. */
  readonly space: ' ' | '';
}

export const columnsOf = (text: string): number => stringWidth(text, { countAnsiEscapeCodes: true });

/** Line breaks, tabs and characters that are not shown, as one space. */
export const onOneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();

/** The words of a segment as pieces of at most a line's width, each with its share of its word's time. */
export function piecesOf({ words, ...whole }: Segment): Piece[] {
  const pieces: Piece[] = [];
  for (const { text, start, end } of words.length > 0 ? words : [whole]) {
    const shown = onOneLine(text);
    const parts = columnsOf(shown) <= LINE_COLUMNS ? [shown] : splitWide(shown);
    const secondsOfCharacter = (end - start) / shown.length;
    let at = start;
    for (const [index, part] of parts.filter((each) => each !== '').entries()) {
      const next = at + part.length * secondsOfCharacter;
      const before = pieces.at(-1)?.text ?? '';
      const space = index > 0 ? '' : spaceBetween(before, part);
      pieces.push({ text: part, columns: columnsOf(part), space, start: at, end: next });
      at = next;
    }
  }
  return pieces;
}

/** Pieces as a line of text. */
export function lineOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text, space }, index) => (index === 0 ? text : `${space}${text}`)).join('');
}

/** How much of a line pieces take. */
export function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, { columns, space }, index) => sum + columns + (index === 0 ? 0 : space.length),
    0,
  );
}

/** Cuts a text where a word of its script ends, else between characters, to parts as wide as fit a line. */
function splitWide(text: string): string[] {
  const parts: string[] = [];
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    if (columnsOf(segment) <= LINE_COLUMNS) append(parts, segment);
    else for (const { segment: character } of new Intl.Segmenter().segment(segment)) append(parts, character);
  }
  return parts;
}

function append(parts: string[], text: string): void {
  const longer = `${parts.at(-1) ?? ''}${text}`;
  if (parts.length > 0 && columnsOf(longer) <= LINE_COLUMNS) parts[parts.length - 1] = longer;
  else parts.push(text);
}
