import type { StretchFrames } from '../features/pieces.ts';
import type { Table } from '../table.ts';
import { addRows, addStats, createSpread, emptyStats, type GaussianStats } from './gaussian-stats.ts';

/** Statistics are kept for blocks of this many frames, which borders fall between. */
const BLOCK_FRAMES = 10;

/** A border is looked for every 0.2 s, 1 s or more from the ends of a piece, comparing 1.5 s on either side. */
const STEP_BLOCKS = 2;
const MARGIN_BLOCKS = 10;
const SIDE_BLOCKS = 15;
const SHORTEST_SEARCHED_BLOCKS = 25;

/** Borders lie this far apart, and a border is better than all others within 0.8 s. */
const SHORTEST_STRETCH_BLOCKS = 8;
const PEAK_STEPS = 4;

/**
 * Cutting too often does no harm (clustering joins what belongs together), missing a border does: cuts are made
 * well below the point where the criterion says that two Gaussians are better than one.
 */
const BORDER_THRESHOLD = -150;

/** Parameters that a second Gaussian adds, halved and multiplied by ln n in the criterion. */
function bicPenalty(width: number): number {
  return 0.5 * (width + 0.5 * width * (width + 1));
}

/**
 * Cuts a piece of speech, a row of cepstra a frame, where the voice seems to change: at local peaks of the difference
 * in Bayesian information between one Gaussian for the 3 s around a point and one for each half (Chen and
 * Gopalakrishnan, 1998). The stretches cover the piece.
 */
export function cutAtVoiceChanges(cepstra: Table): StretchFrames[] {
  const borders = [
    0,
    ...changePoints(blockStats(cepstra), cepstra.width).map((block) => block * BLOCK_FRAMES),
  ];
  return borders.map((firstFrame, i) => ({
    firstFrame,
    frameCount: (borders[i + 1] ?? cepstra.rows) - firstFrame,
  }));
}

/** Whole blocks of a piece; the odd frames at its end are left out. */
function blockStats(cepstra: Table): GaussianStats[] {
  return Array.from({ length: Math.floor(cepstra.rows / BLOCK_FRAMES) }, (_, i) => {
    const stats = emptyStats(cepstra.width);
    addRows(stats, cepstra, i * BLOCK_FRAMES, (i + 1) * BLOCK_FRAMES);
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
    const farEnough = at - (points.at(-1) ?? 0) >= SHORTEST_STRETCH_BLOCKS;
    if (gain > BORDER_THRESHOLD && farEnough && around.every((other) => other.gain <= gain)) points.push(at);
  });
  return points;
}
