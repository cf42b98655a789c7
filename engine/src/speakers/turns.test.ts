import { describe, expect, it } from 'vitest';

import type { SpeakerTurn } from '../types.ts';
import { mergeShortTurns, numberByAppearance, turnsOf } from './turns.ts';

const turn = (start: number, end: number, speaker: number): SpeakerTurn => ({ start, end, speaker });

describe('turns', () => {
  it('follow the frame labels and begin and end exactly where the speech does', () => {
    const pieces = [{ start: 1.003, end: 2.008, firstFrame: 100, firstRow: 0, frameCount: 100 }];
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 60 ? 4 : 2));
    expect(turnsOf(pieces, labels)).toEqual([turn(1.003, 1.6, 4), turn(1.6, 2.008, 2)]);
  });

  it('go on over the cut inside a long region', () => {
    const pieces = [
      { start: 0, end: 0.5, firstFrame: 0, firstRow: 0, frameCount: 50 },
      { start: 0.5, end: 1, firstFrame: 50, firstRow: 50, frameCount: 50 },
    ];
    expect(turnsOf(pieces, new Int32Array(100))).toEqual([turn(0, 1, 0)]);
  });

  it('shorter than half a second go to the longer neighbour that they touch', () => {
    const turns = [turn(0, 2, 0), turn(2, 2.4, 1), turn(2.4, 7, 2)];
    expect(mergeShortTurns(turns)).toEqual([turn(0, 2, 0), turn(2, 7, 2)]);
  });

  it('around a stray one become one turn', () => {
    expect(mergeShortTurns([turn(0, 2, 0), turn(2, 2.2, 1), turn(2.2, 3, 0)])).toEqual([turn(0, 3, 0)]);
  });

  it('that are short but stand alone stay', () => {
    const turns = [turn(0, 2, 0), turn(3, 3.3, 1)];
    expect(mergeShortTurns(turns)).toEqual(turns);
  });

  it('that are all short end up as one rather than none', () => {
    expect(mergeShortTurns([turn(0, 0.3, 0), turn(0.3, 0.5, 1), turn(0.5, 0.9, 2)])).toEqual([
      turn(0, 0.9, 2),
    ]);
  });

  it('number their speakers by first appearance', () => {
    const turns = [turn(0, 1, 7), turn(1, 2, 3), turn(2, 3, 7)];
    expect(numberByAppearance(turns).map(({ speaker }) => speaker)).toEqual([0, 1, 0]);
  });
});
