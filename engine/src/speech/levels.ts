import { FRAME_SECONDS } from './detector.ts';

const FRAMES_PER_LEVEL = 3;

/** What a level stands for: 96 ms. Kept with transcripts, so it stays as it is. */
export const SECONDS_PER_LEVEL = FRAMES_PER_LEVEL * FRAME_SECONDS;

/** Loudness grows with this power of the sound's pressure (Stevens 1955), so with half of it of the mean square. */
const LOUDNESS_EXPONENT = 0.6;
const LOUDEST = 255;

export interface LevelTracker {
  /** Takes the mean squares of the next frames, of samples in [-1, 1); gives the levels that are now final. */
  push(energies: readonly number[]): Uint8Array;
  /** Ends the recording, with what is less than a level's time. */
  finish(): Uint8Array;
}

/** How loud a recording is, to be drawn: a byte each, from silence to full scale as it sounds. */
export function trackLevels(): LevelTracker {
  let open: number[] = [];
  return {
    push(energies) {
      open.push(...energies);
      const levels = new Uint8Array(Math.floor(open.length / FRAMES_PER_LEVEL));
      for (let i = 0; i < levels.length; i++) {
        levels[i] = levelOf(open.slice(i * FRAMES_PER_LEVEL, (i + 1) * FRAMES_PER_LEVEL));
      }
      open = open.slice(levels.length * FRAMES_PER_LEVEL);
      return levels;
    },
    finish: () => Uint8Array.from(open.length > 0 ? [levelOf(open)] : []),
  };
}

function levelOf(energies: readonly number[]): number {
  const meanSquare = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
  return Math.min(LOUDEST, Math.round(LOUDEST * meanSquare ** (LOUDNESS_EXPONENT / 2)));
}
