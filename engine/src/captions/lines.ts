import { LINE_COLUMNS, lineOf, widthOf, type Piece } from './pieces.ts';

const SENTENCE_END = /[.?!…。？！]["'”’»)\]]*$/u;
const CLAUSE_END = /[,;:–—、，；：]["'”’»)\]]*$/u;
/** A pause in which a clause ends, whatever the punctuation. */
const PAUSE_SECONDS = 0.3;

/** How much it disturbs a reader when a line or a caption ends after `left`: nothing, a little, or in mid-phrase. */
export function disturbance(left: Piece, right: Piece): 0 | 1 | 3 {
  if (SENTENCE_END.test(left.text)) return 0;
  return CLAUSE_END.test(left.text) || right.start - left.end >= PAUSE_SECONDS ? 1 : 3;
}

/** A break in mid-phrase is as bad as lines that differ by this many columns for each unit of disturbance. */
const COLUMNS_FOR_DISTURBANCE = 8;

/**
 * Breaks pieces to one or two lines, at clauses and of like length.
 *
 * @param labelColumns how much of the first line is taken
 * @returns `undefined` where they do not fit two lines
 */
export function breakLines(pieces: readonly Piece[], labelColumns: number): string[] | undefined {
  if (labelColumns + widthOf(pieces) <= LINE_COLUMNS) return [lineOf(pieces)];
  let best: number | undefined;
  let least = Infinity;
  for (let at = 1; at < pieces.length; at++) {
    const first = labelColumns + widthOf(pieces.slice(0, at));
    const second = widthOf(pieces.slice(at));
    if (first > LINE_COLUMNS) break;
    if (second > LINE_COLUMNS) continue;
    const cost =
      Math.abs(first - second) + COLUMNS_FOR_DISTURBANCE * disturbance(pieces[at - 1]!, pieces[at]!);
    if (cost < least) [best, least] = [at, cost];
  }
  return best === undefined ? undefined : [lineOf(pieces.slice(0, best)), lineOf(pieces.slice(best))];
}

/**
 * Tells of any run of the pieces, in constant time, whether `breakLines` can break it: whether what is left fits the second
 * line when the first takes all it can.
 */
export function fittingTwoLines(
  pieces: readonly Piece[],
  labelColumns: number,
): (from: number, end: number) => boolean {
  const sums = [0];
  for (const { columns, space } of pieces) sums.push(sums.at(-1)! + columns + space.length);
  const width = (from: number, end: number) => sums[end]! - sums[from]! - pieces[from]!.space.length;
  let end = 0;
  const firstLineEnds = pieces.map((_, from) => {
    end = Math.max(end, from);
    while (end < pieces.length && labelColumns + width(from, end + 1) <= LINE_COLUMNS) end += 1;
    return end;
  });
  return (from, to) => {
    const at = firstLineEnds[from]!;
    return at >= to || (at > from && width(at, to) <= LINE_COLUMNS);
  };
}
