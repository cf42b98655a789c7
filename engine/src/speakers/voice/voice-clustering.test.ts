import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { createTable } from '../table.ts';
import { voteOnFrames } from './frame-votes.ts';
import { clusterByVoice, MOST_CLUSTERED_WINDOWS } from './voice-clustering.ts';
import { windowsOf } from './windows.ts';

describe('windows', () => {
  const piece = { start: 0, end: 0, firstFrame: 0, firstRow: 100 };

  it('cover a piece from its start to its end, every half second', () => {
    const windows = windowsOf({ ...piece, frameCount: 330 });
    expect(windows.map(({ firstRow }) => firstRow)).toEqual([100, 145, 190, 235, 280]);
    expect(windows.every(({ frameCount }) => frameCount === 150)).toBe(true);
  });

  it('of a short piece are the piece, and of a moment none', () => {
    expect(windowsOf({ ...piece, frameCount: 160 })).toEqual([{ firstRow: 100, frameCount: 160 }]);
    expect(windowsOf({ ...piece, frameCount: 19 })).toEqual([]);
  });

  it('vote on each frame, most for their middle', () => {
    const windows = [
      { firstRow: 0, frameCount: 100 },
      { firstRow: 50, frameCount: 100 },
    ];
    const frames = voteOnFrames({ windows, labels: Int32Array.of(0, 1), rows: 160 });
    expect([frames[10], frames[70], frames[80], frames[140], frames[155]]).toEqual([0, 0, 1, 1, -1]);
  });
});

const speakerOf = (window: number): number => Math.floor(window / 25) % 2;

describe('clustering a long recording', () => {
  it('clusters a bounded sample of its windows and labels them all', () => {
    const count = 20 * MOST_CLUSTERED_WINDOWS;
    const random = seededRandom(9);
    const prints = createTable(count, 6);
    for (let i = 0; i < count; i++) {
      for (let d = 0; d < 6; d++) prints.data[i * 6 + d] = 2 * random() - 1 + (d === speakerOf(i) ? 12 : 0);
    }
    const labels = clusterByVoice({
      prints,
      betweenVariances: new Float64Array(6).fill(10),
      bounds: { min: 1, max: 20 },
      random: seededRandom(1),
    });
    const first = labels[0]!;
    expect(labels.every((label, i) => (label === first) === (speakerOf(i) === 0))).toBe(true);
    // All windows at once would be a matrix of 64 million numbers, and run into the test's time limit.
  });
});
