import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { createTable, type Table } from '../table.ts';
import { addRows, addStats, createSpread, emptyStats } from './gaussian-stats.ts';
import { cutAtVoiceChanges } from './voice-changes.ts';

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

describe('the cutting of speech', () => {
  it('is done where the voice changes and covers every frame of the piece', () => {
    const stretches = cutAtVoiceChanges(speech((t) => (t < 300 ? 0 : 1), 605));
    expect(stretches.some(({ firstFrame }) => firstFrame === 300)).toBe(true);
    stretches.forEach(({ firstFrame, frameCount }, i) =>
      expect(firstFrame + frameCount).toBe(stretches[i + 1]?.firstFrame ?? 605),
    );
  });

  it('leaves a short piece whole', () => {
    expect(cutAtVoiceChanges(speech(() => 0, 4))).toEqual([{ firstFrame: 0, frameCount: 4 }]);
    expect(cutAtVoiceChanges(speech((t) => (t < 100 ? 0 : 1), 200))).toEqual([
      { firstFrame: 0, frameCount: 200 },
    ]);
  });
});
