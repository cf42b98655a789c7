import { InferenceSession, Tensor } from 'onnxruntime-node';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';

/** Samples that one probability stands for: 32 ms. */
export const FRAME_SAMPLES = 512;
export const FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE;

/** The net sees the end of the frame before, too. */
const CONTEXT_SAMPLES = 64;

export interface SpeechModel {
  /** A detector that has heard nothing yet: one for each recording. */
  detector(): SpeechDetector;
}

interface SpeechDetector {
  /** The probability of speech, 0 to 1, of each whole frame. `samples.length` is a multiple of `FRAME_SAMPLES`. */
  push(samples: Float32Array): Promise<Float32Array>;
}

/** Silero VAD v5, run frame by frame with its recurrent state carried along (github.com/snakers4/silero-vad). */
export async function loadSpeechModel(path: string): Promise<SpeechModel> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return { detector: () => createDetector(session) };
}

function createDetector(session: InferenceSession): SpeechDetector {
  const rate = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), []);
  const input = new Float32Array(CONTEXT_SAMPLES + FRAME_SAMPLES);
  const frame = new Tensor('float32', input, [1, input.length]);
  let state: Tensor = new Tensor('float32', new Float32Array(2 * 128), [2, 1, 128]);
  return {
    async push(samples) {
      const probabilities = new Float32Array(samples.length / FRAME_SAMPLES);
      for (let index = 0; index < probabilities.length; index++) {
        input.copyWithin(0, FRAME_SAMPLES);
        input.set(samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES), CONTEXT_SAMPLES);
        const { output, stateN } = await session.run({ input: frame, state, sr: rate });
        state = stateN!;
        probabilities[index] = (output!.data as Float32Array)[0]!;
      }
      return probabilities;
    },
  };
}
