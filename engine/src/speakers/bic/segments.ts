import type { Piece } from '../features/pieces.ts';
import type { Table } from '../table.ts';
import { addRows, addStats, createSpread, emptyStats, type GaussianStats } from './gaussian-stats.ts';

/** Statistics are kept for blocks of this many frames, which segment borders fall between. */
const BLOCK_FRAMES = 10;

/** A border is looked for every 0.2 s, 1 s or more from the ends of a piece, comparing 1.5 s on either side. */
const STEP_BLOCKS = 2;
const MARGIN_BLOCKS = 10;
const SIDE_BLOCKS = 15;
const SHORTEST_SEARCHED_BLOCKS = 25;

/** Borders lie this far apart, and a border is better than all others within 0.8 s. */
const SHORTEST_SEGMENT_BLOCKS = 8;
const PEAK_STEPS = 4;

/**
 * Cutting too often does no harm (clustering joins what belongs together), missing a border does: cuts are made
 * well below the point where the criterion says that two Gaussians are better than one.
 */
const BORDER_THRESHOLD = -150;

/** Pieces shorter than this take no part in clustering; resegmentation finds their speaker. */
const SHORTEST_PIECE_FRAMES = 20;

/** Rows `[firstRow, firstRow + frameCount)` of the speech frames, taken to be one speaker's. */
export interface Segment {
  readonly firstRow: number;
  readonly frameCount: number;
  readonly stats: GaussianStats;
}

/** Parameters that a second Gaussian adds, halved and multiplied by ln n in the criterion. */
function bicPenalty(width: number): number {
  return 0.5 * (width + 0.5 * width * (width + 1));
}

/**
 * Cuts a piece of speech where the voice seems to change: at local peaks of the difference in Bayesian information
 * between one Gaussian for the 3 s around a point and one for each half (Chen and Gopalakrishnan, 1998).
 */
export function segmentsOf(piece: Piece, cepstra: Table): Segment[] {
  if (piece.frameCount < SHORTEST_PIECE_FRAMES) return [];
  const blocks = blockStats(piece, cepstra);
  const borders = [0, ...changePoints(blocks, cepstra.width), blocks.length];
  return borders.slice(1).map((to, i) => {
    const from = borders[i]!;
    const end = to === blocks.length ? piece.frameCount : to * BLOCK_FRAMES;
    return {
      firstRow: piece.firstRow + from * BLOCK_FRAMES,
      frameCount: end - from * BLOCK_FRAMES,
      stats: sumInto(emptyStats(cepstra.width), blocks.slice(from, to)),
    };
  });
}

/** Whole blocks of a piece; the last takes the odd frames. */
function blockStats({ firstRow, frameCount }: Piece, cepstra: Table): GaussianStats[] {
  const count = Math.floor(frameCount / BLOCK_FRAMES);
  return Array.from({ length: count }, (_, i) => {
    const stats = emptyStats(cepstra.width);
    const end = i === count - 1 ? frameCount : (i + 1) * BLOCK_FRAMES;
    addRows(stats, cepstra, firstRow + i * BLOCK_FRAMES, firstRow + end);
    return stats;
  });
}

function sumInto(sum: GaussianStats, blocks: readonly GaussianStats[]): GaussianStats {
  sum.count = 0;
  sum.sums.fill(0);
  sum.products.fill(0);
  for (const block of blocks) addStats(sum, block);
  return sum;
}

function changePoints(blocks: readonly GaussianStats[], width: number): number[] {
  if (blocks.length <= SHORTEST_SEARCHED_BLOCKS) return [];
  const spread = createSpread(width);
  const [left, right] = [emptyStats(width), emptyStats(width)];
  const gains: { at: number; gain: number }[] = [];
  for (let at = MARGIN_BLOCKS; at < blocks.length - MARGIN_BLOCKS; at += STEP_BLOCKS) {
    sumInto(left, blocks.slice(Math.max(0, at - SIDE_BLOCKS), at));
    sumInto(right, blocks.slice(at, at + SIDE_BLOCKS));
    const difference = 0.5 * (spread(left, right) - spread(left) - spread(right));
    gains.push({ at, gain: difference - bicPenalty(width) * Math.log(left.count + right.count) });
  }
  const points: number[] = [];
  gains.forEach(({ at, gain }, i) => {
    const around = gains.slice(Math.max(0, i - PEAK_STEPS), i + PEAK_STEPS + 1);
    const farEnough = at - (points.at(-1) ?? 0) >= SHORTEST_SEGMENT_BLOCKS;
    if (gain > BORDER_THRESHOLD && farEnough && around.every((other) => other.gain <= gain)) points.push(at);
  });
  return points;
}
