import { describe, expect, it } from 'vitest';

import type { SpeakerTurn } from '../types.ts';
import { mergeShortTurns, turnsOf } from './turns.ts';

const turn = (start: number, end: number, speaker: number): SpeakerTurn => ({ start, end, speaker });

describe('turns', () => {
  it('are the stretches of one speaker in a row, wherever they touch', () => {
    const stretches = [1, 2.4, 4.004, 5].map((start, i) => ({ start, end: [2.4, 4.004, 5, 6.1][i]! }));
    expect(turnsOf(stretches, Int32Array.of(4, 4, 2, 2))).toEqual([turn(1, 4.004, 0), turn(4.004, 6.1, 1)]);
    expect(turnsOf([stretches[0]!, stretches[2]!], Int32Array.of(1, 1))).toEqual([
      turn(1, 2.4, 0),
      turn(4.004, 5, 0),
    ]);
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
    const stretches = [0, 1, 2].map((start) => ({ start, end: start + 1 }));
    expect(turnsOf(stretches, Int32Array.of(7, 3, 7)).map(({ speaker }) => speaker)).toEqual([0, 1, 0]);
  });
});
