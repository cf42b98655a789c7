import type { Interval, Segment } from '../types.ts';
import { breakLines, disturbance } from './lines.ts';
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

/** A way to show pieces from the first on: its last caption, and the way up to there. */
interface Way {
  readonly cost: number;
  readonly cue?: UntimedCue;
  readonly before?: Way;
}

/** Dynamic programming: the best way to show the first `n` pieces, for each `n`. */
function cutPieces(pieces: readonly Piece[], labelColumns: number): UntimedCue[] {
  const ways: Way[] = [{ cost: 0 }];
  for (let end = 1; end <= pieces.length; end++) {
    const next = pieces[end];
    const costOfEnd = next ? disturbance(pieces[end - 1]!, next) : 0;
    let best: Way = { cost: Infinity };
    for (let start = end - 1; start >= 0; start--) {
      const cue = cueOf(pieces.slice(start, end), labelColumns);
      if (!cue) break;
      const before = ways[start]!;
      const cost = before.cost + costOf(cue) + costOfEnd;
      if (cost < best.cost) best = { cost, cue, before };
    }
    ways.push(best);
  }
  return cuesOf(ways.at(-1)!);
}

function cuesOf(way: Way): UntimedCue[] {
  const cues: UntimedCue[] = [];
  for (let at: Way | undefined = way; at?.cue; at = at.before) cues.push(at.cue);
  return cues.toReversed();
}

function costOf({ start, end }: Interval): number {
  return COST_OF_CUE + COST_OF_MISSING_SECOND * Math.max(0, SHORTEST_SECONDS - (end - start));
}

/** One piece is always a caption; several are, where they fit two lines and seven seconds. */
function cueOf(pieces: readonly Piece[], labelColumns: number): UntimedCue | undefined {
  const [{ start }, { end }] = [pieces[0]!, pieces.at(-1)!];
  const isAlone = pieces.length === 1;
  if (!isAlone && end - start > LONGEST_SECONDS) return undefined;
  const lines = breakLines(pieces, labelColumns) ?? (isAlone ? ['', pieces[0]!.text] : undefined);
  return lines && { start, end, lines };
}
