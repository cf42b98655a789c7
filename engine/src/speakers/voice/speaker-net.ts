import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { LOG_MEL_BANDS } from '../features/front-end.ts';

const MODEL = new URL('speaker-net.onnx', import.meta.url);
const DESCRIPTION = new URL('speaker-net.json', import.meta.url);

/**
 * The net that turns speech into voice prints. In a print's coordinates the scatter of one voice has unit variance
 * and the scatter between voices has `betweenVariances`, dimension by dimension.
 */
export interface SpeakerNet {
  readonly betweenVariances: Float64Array;
  /**
   * Voice prints of `count` stretches of speech of equal length, one after another in `logMel` (frames × 64 bands
   * each, at least 60 frames). Gives `count` × dimensions numbers.
   */
  embed(logMel: Float32Array, count: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the net that ships with this package, to run on one thread. */
export async function loadSpeakerNet(): Promise<SpeakerNet> {
  const { betweenVariances } = JSON.parse(await readFile(DESCRIPTION, 'utf8')) as {
    betweenVariances: number[];
  };
  const session = await InferenceSession.create(await readFile(MODEL), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return {
    betweenVariances: Float64Array.from(betweenVariances),
    async embed(logMel, count) {
      const frames = logMel.length / (count * LOG_MEL_BANDS);
      const input = new Tensor('float32', logMel, [count, frames, LOG_MEL_BANDS]);
      const { z } = await session.run({ logmel: input }, ['z']);
      return z!.data as Float32Array; // the model's output is float32
    },
    close: () => session.release(),
  };
}
