import type { Interval, Segment } from '../types.ts';
import { breakLines, disturbance, fittingTwoLines } from './lines.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { LONGEST_SECONDS, SHORTEST_SECONDS, timeCues } from './timing.ts';

export interface Cue extends Interval {
  readonly speaker: number;
  /** One or two. */
  readonly lines: readonly string[];
}

/** What it costs to show another caption; breaking in mid-phrase costs 3, a caption too short up to 4. */
const COST_OF_CUE = 5;
const COST_OF_MISSING_SECOND = 4;

/**
 * Cuts segments into captions as they are read with ease: at most two lines of 42 columns, one to seven seconds, broken
 * at sentences and clauses where that is possible, one after the other. Of all ways to cut a segment the best is taken.
 *
 * @param labelColumns how much of the first line a speaker's name takes
 */
export function cutCues(segments: readonly Segment[], labelColumns: (speaker: number) => number): Cue[] {
  const cues = segments.flatMap((segment) => {
    const columns = labelColumns(segment.speaker);
    return cutPieces(piecesOf(segment), columns).map((cue) => ({ ...cue, speaker: segment.speaker }));
  });
  return timeCues(cues.toSorted((a, b) => a.start - b.start));
}

type UntimedCue = Omit<Cue, 'speaker'>;

/** A way to show pieces from the first on: what it costs, and where its last caption begins. */
interface Way {
  readonly cost: number;
  readonly from: number;
}

/**
 * Dynamic programming: the best way to show the first `n` pieces, for each `n`. It asks only whether captions fit, by
 * sums of widths, and writes out those of the best way in the end: three hours of speech
 * take 50 ms, and took 400 where every caption was tried by writing it.
 */
function cutPieces(pieces: readonly Piece[], labelColumns: number): UntimedCue[] {
  const isCue = captionsIn(pieces, labelColumns);
  const ways: Way[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= pieces.length; end++) {
    const last = pieces[end - 1]!;
    const costOfEnd = end < pieces.length ? disturbance(last, pieces[end]!) : 0;
    let best: Way = { cost: Infinity, from: end - 1 };
    for (let from = end - 1; from >= 0 && isCue(from, end); from--) {
      const cost = ways[from]!.cost + costOf({ start: pieces[from]!.start, end: last.end }) + costOfEnd;
      if (cost < best.cost) best = { cost, from };
    }
    ways.push(best);
  }
  const cues: UntimedCue[] = [];
  for (let end = pieces.length; end > 0; end = ways[end]!.from)
    cues.push(cueOf(pieces.slice(ways[end]!.from, end), labelColumns));
  return cues.toReversed();
}

function costOf({ start, end }: Interval): number {
  return COST_OF_CUE + COST_OF_MISSING_SECOND * Math.max(0, SHORTEST_SECONDS - (end - start));
}

/** Tells of pieces whether one caption can show them: one piece always, several where they fit two lines and seven seconds. */
function captionsIn(pieces: readonly Piece[], labelColumns: number): (from: number, end: number) => boolean {
  const fits = fittingTwoLines(pieces, labelColumns);
  return (from, end) =>
    from === end - 1 || (pieces[end - 1]!.end - pieces[from]!.start <= LONGEST_SECONDS && fits(from, end));
}

function cueOf(pieces: readonly Piece[], labelColumns: number): UntimedCue {
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  // Only a piece that is alone may not fit: beside a label.
  const lines = breakLines(pieces, labelColumns) ?? ['', first.text];
  return { start: first.start, end: last.end, lines };
}
