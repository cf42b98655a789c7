import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

import { FULL_SCALE, SAMPLE_RATE } from './pcm-file.ts';

/** A level is that of ten milliseconds. */
export const LEVELS_PER_SECOND = 100;
const LEVEL_SAMPLES = SAMPLE_RATE / LEVELS_PER_SECOND;

export interface ChannelLevelsWriter extends Disposable {
  /** Takes samples of both channels in turns, as they come. */
  push(stereo: Int16Array): void;
}

/**
 * Writes how loud each of two channels is, every 10 ms: mean squares of samples in [-1, 1), left and right in turns,
 * as 32-bit floats. The recording itself goes on as one channel; this is what of the two is worth keeping (2.9 MB an
 * hour against 115), for it tells who speaks where each side of a call has a channel of its own.
 */
export function createChannelLevels(path: string): ChannelLevelsWriter {
  const output = openSync(path, 'w');
  let [left, right, count] = [0, 0, 0];
  return {
    push(stereo) {
      const levels: number[] = [];
      for (let i = 0; i + 1 < stereo.length; i += 2) {
        left += stereo[i]! ** 2;
        right += stereo[i + 1]! ** 2;
        if (++count < LEVEL_SAMPLES) continue;
        const scale = 1 / (count * FULL_SCALE ** 2);
        levels.push(left * scale, right * scale);
        [left, right, count] = [0, 0, 0];
      }
      if (levels.length > 0) writeSync(output, Float32Array.from(levels));
    },
    [Symbol.dispose]: () => closeSync(output),
  };
}

/** What `createChannelLevels` wrote; undefined where the recording has another number of channels. */
export function readChannelLevels(path: string): Float32Array | undefined {
  if (!existsSync(path)) return undefined;
  return new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
}
