import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { createTable, type Table } from '../table.ts';
import { clusterByBic, joinSegments } from './bic-clustering.ts';
import { addRows, addStats, createSpread, emptyStats } from './gaussian-stats.ts';
import { segmentsOf } from './segments.ts';

/** Frames of two dimensions; each speaker has a mean and a tilt of its own. */
function speech(speakerOf: (frame: number) => number, frames: number): Table {
  const random = seededRandom(5);
  const table = createTable(frames, 2);
  for (let t = 0; t < frames; t++) {
    const [u, v] = [random() - 0.5, random() - 0.5];
    const speaker = speakerOf(t);
    table.data[2 * t] = u + 3 * speaker;
    table.data[2 * t + 1] = speaker === 0 ? v : u + 0.2 * v;
  }
  return table;
}

const piece = (firstRow: number, frameCount: number) => ({
  start: firstRow / 100,
  end: (firstRow + frameCount) / 100,
  firstFrame: firstRow,
  firstRow,
  frameCount,
});

describe('Gaussian statistics', () => {
  it('give n ln det of the covariance, alone and of two sets together', () => {
    const table: Table = { rows: 4, width: 2, data: Float32Array.of(0, 0, 2, 0, 0, 2, 2, 2) };
    const [all, first, second] = [emptyStats(2), emptyStats(2), emptyStats(2)];
    addRows(all, table, 0, 4);
    addRows(first, table, 0, 2);
    addRows(second, table, 2, 4);
    const spread = createSpread(2);
    // Variances 4/3 on both axes, no correlation; 1e-3 is added to both.
    expect(spread(all)).toBeCloseTo(4 * Math.log((4 / 3 + 1e-3) ** 2), 6);
    expect(spread(first, second)).toBeCloseTo(spread(all), 9);
    addStats(first, second);
    expect(spread(first)).toBeCloseTo(spread(all), 9);
  });
});

describe('segmentation', () => {
  it('cuts where the voice changes and covers every frame of the piece', () => {
    const segments = segmentsOf(
      piece(0, 605),
      speech((t) => (t < 300 ? 0 : 1), 605),
    );
    expect(segments.some(({ firstRow }) => firstRow === 300)).toBe(true);
    expect(segments.reduce((sum, { frameCount }) => sum + frameCount, 0)).toBe(605);
    expect(segments.reduce((sum, { stats }) => sum + stats.count, 0)).toBe(605);
  });
});

const speakerOf = (frame: number): number => Math.floor(frame / 200) % 2;

describe('BIC clustering', () => {
  it('joins the pieces of each speaker and leaves stretches without segments open', () => {
    const pieces = [piece(0, 200), piece(200, 200), piece(400, 200), piece(600, 200), piece(800, 10)];
    const labels = clusterByBic({ cepstra: speech(speakerOf, 810), pieces, speakers: 2 });
    expect(Array.from({ length: 4 }, (_, i) => labels[i * 200 + 100])).toEqual([0, 1, 0, 1]);
    expect(labels[805]).toBe(-1);
  });

  it('gives no more speakers than there are segments', () => {
    const segments = segmentsOf(
      piece(0, 100),
      speech(() => 0, 100),
    );
    expect([...joinSegments(segments, 3)]).toEqual([0]);
    expect([...joinSegments([], 3)]).toEqual([]);
  });
});
