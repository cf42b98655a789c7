import { InferenceSession, Tensor } from 'onnxruntime-node';

import { UnexpectedModelError } from '../../onnx/graph-messages.ts';

/** What the net hears at once: 10 s. */
export const WINDOW_SAMPLES = 160_000;
/** It answers every 17 ms, for the 62 ms from there on. */
const HOP_SAMPLES = 270;
const SEEN_SAMPLES = 991;
export const ANSWERS = 1 + Math.floor((WINDOW_SAMPLES - SEEN_SAMPLES) / HOP_SAMPLES);

/**
 * Who can be heard: nobody, one of three people, or two of them. Who is first, second and third is for the net to say
 * and differs from window to window.
 */
const VOICES_OF_CLASS: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];

/** A net that tells the people of a few seconds apart, also where they speak at once. */
export interface SegmentationNet {
  /** For each answer, in order, who speaks then: up to two of the numbers 0, 1 and 2. */
  voicesIn(window: Float32Array): Promise<readonly (readonly number[])[]>;
  close(): Promise<void>;
}

/** The answer for the time nearest to a sample of the window. */
export function answerAt(sample: number): number {
  const answer = Math.round((sample - SEEN_SAMPLES / 2) / HOP_SAMPLES);
  return Math.max(0, Math.min(ANSWERS - 1, answer));
}

/**
 * Loads pyannote segmentation 3.0 as sherpa-onnx publishes it, to run on one thread: `[1, 1, 160000]` samples in,
 * `[1, 589, 7]` out, of which the largest of seven says who speaks (Plaquet and Bredin, Powerset multi-class cross
 * entropy loss for neural speaker diarization, 2023).
 *
 * @throws UnexpectedModelError when the file is anything else
 */
export async function loadSegmentationNet(path: string): Promise<SegmentationNet> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const [input, output] = [session.inputNames[0]!, session.outputNames[0]!];
  return {
    async voicesIn(window) {
      const sound = new Tensor('float32', window, [1, 1, WINDOW_SAMPLES]);
      const found = (await session.run({ [input]: sound }))[output]!;
      if (found.type !== 'float32' || found.dims.join() !== `1,${ANSWERS},${VOICES_OF_CLASS.length}`) {
        throw new UnexpectedModelError(`${path} is not the model that tells voices of a few seconds apart.`);
      }
      const scores = found.data as Float32Array;
      return Array.from({ length: ANSWERS }, (_, answer) => VOICES_OF_CLASS[classOf(scores, answer)]!);
    },
    close: () => session.release(),
  };
}

function classOf(scores: Float32Array, answer: number): number {
  const from = answer * VOICES_OF_CLASS.length;
  let best = 0;
  for (let each = 1; each < VOICES_OF_CLASS.length; each++) {
    if (scores[from + each]! > scores[from + best]!) best = each;
  }
  return best;
}
