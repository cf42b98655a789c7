import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { findSides } from './call-sides.ts';

const SECONDS = 40;
const regions = [
  { start: 0, end: 18 },
  { start: 20, end: 40 },
];

/** Levels of a talk in which the speakers change every five seconds; `leak` is what the other channel hears of each. */
function levelsOf({ leak, sideOf }: { leak: number; sideOf: (second: number) => number }): Float32Array {
  const random = seededRandom(9);
  const levels = new Float32Array(2 * 100 * SECONDS);
  for (let step = 0; step < 100 * SECONDS; step++) {
    // Speech goes up and down by 30 dB; the line hums.
    const level = 1e-3 * 10 ** (-3 * random());
    const side = sideOf(step / 100);
    levels[2 * step + side] = level + 1e-8;
    levels[2 * step + 1 - side] = leak * level + 1e-8;
  }
  return levels;
}

const takingTurns = (second: number) => Math.floor(second / 5) % 2;

describe('the sides of a call', () => {
  it('speak in turns, each on its own channel', () => {
    const sideAt = findSides(levelsOf({ leak: 0, sideOf: takingTurns }), regions)!;
    for (const second of [1, 4.8, 5.2, 17, 22, 39.9]) expect(sideAt(100 * second)).toBe(takingTurns(second));
  });

  it('are told apart when a little of each leaks through', () => {
    expect(findSides(levelsOf({ leak: 0.03, sideOf: takingTurns }), regions)).toBeDefined();
  });

  it('are not made of two microphones in one room, nor of one voice in the middle', () => {
    expect(findSides(levelsOf({ leak: 0.4, sideOf: takingTurns }), regions)).toBeUndefined();
    expect(findSides(levelsOf({ leak: 1, sideOf: takingTurns }), regions)).toBeUndefined();
  });

  it('are two: a recording on one channel alone has none', () => {
    expect(findSides(levelsOf({ leak: 0, sideOf: () => 1 }), regions)).toBeUndefined();
    expect(findSides(new Float32Array(2 * 100 * SECONDS), regions)).toBeUndefined();
    expect(findSides(levelsOf({ leak: 0, sideOf: takingTurns }), [])).toBeUndefined();
  });
});
