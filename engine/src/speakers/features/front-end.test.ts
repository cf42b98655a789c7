import { describe, expect, it } from 'vitest';

import { pcmOf } from '../recordings.fixture.ts';
import { createFrontEnd } from './front-end.ts';
import reference from './front-end.reference.json' with { type: 'json' };
import { piecesOf } from './pieces.ts';

/** A second of a tone with a chirp, as the reference rows (computed apart, in numpy) were made from. */
const SECOND = Float32Array.from({ length: 16_000 }, (_, i) => {
  const wave = 8000 * Math.sin((2 * Math.PI * 440 * i) / 16_000) + 4000 * Math.sin((i * i) / 20_000);
  return Math.floor(wave + 0.5) / 32_768;
});

function greatestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('front-end', () => {
  it('computes the same log-mel energies and cepstra as the reference, from whatever frame it starts', () => {
    const frontEnd = createFrontEnd(pcmOf(SECOND));
    for (const { frame, logMel, cepstra } of reference.frames) {
      const features = frontEnd({ firstFrame: frame, frameCount: 1 });
      expect(greatestDifference(features.logMel.data, logMel)).toBeLessThan(1e-4);
      expect(greatestDifference(features.cepstra.data, cepstra)).toBeLessThan(1e-4);
    }
  });

  it('gives the same features however loud the recording is', () => {
    const quiet = createFrontEnd(pcmOf(SECOND.map((sample) => sample / 10)));
    const loud = createFrontEnd(pcmOf(SECOND));
    const range = { firstFrame: 10, frameCount: 20 };
    expect(greatestDifference(quiet(range).logMel.data, loud(range).logMel.data)).toBeLessThan(1e-3);
  });
});

describe('pieces of speech', () => {
  it('never reach past the last whole frame', () => {
    const pieces = piecesOf(
      [
        { start: 0.5, end: 1 },
        { start: 2, end: 3.005 },
      ],
      290,
    );
    expect(pieces.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).toEqual([
      [50, 50],
      [200, 90],
    ]);
  });

  it('of a long region are cut to a minute at most, without a gap', () => {
    const pieces = piecesOf([{ start: 0, end: 150 }], 20_000);
    expect(pieces.map(({ start, end }) => [start, end])).toEqual([
      [0, 50],
      [50, 100],
      [100, 150],
    ]);
  });
});
