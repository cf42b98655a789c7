import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { MEMORY_WIDTH, SEEN_SAMPLES, sequenceGraph } from './detector-graph.ts';

/** Samples that one probability stands for: 32 ms. */
export const FRAME_SAMPLES = 512;
export const FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE;

/** The net sees the end of the frame before, and the end of the frame itself once more, mirrored. */
const CONTEXT_SAMPLES = 64;

export interface SpeechModel {
  /** A detector that has heard nothing yet: one for each recording. */
  detector(): SpeechDetector;
}

interface SpeechDetector {
  /**
   * The probability of speech, 0 to 1, of each whole frame. `samples.length` is a multiple of `FRAME_SAMPLES`. All are
   * worked on at once, in 15 kB of memory for each frame.
   */
  push(samples: Float32Array): Promise<Float32Array>;
}

/**
 * Silero VAD v5, with its recurrent state carried along (github.com/snakers4/silero-vad).
 *
 * @param path of the model as published
 * @throws UnexpectedModelError when the file is anything else
 */
export async function loadSpeechModel(path: string): Promise<SpeechModel> {
  const graph = sequenceGraph(await readFile(path));
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return { detector: () => createDetector(session) };
}

function createDetector(session: InferenceSession): SpeechDetector {
  let before = new Float32Array(CONTEXT_SAMPLES);
  let hidden = new Tensor('float32', new Float32Array(MEMORY_WIDTH), [1, 1, MEMORY_WIDTH]);
  let cell = hidden;
  return {
    async push(samples) {
      if (samples.length === 0) return new Float32Array(0);
      const seen = seenSamples(samples, before);
      before = samples.slice(-CONTEXT_SAMPLES);
      const sound = new Tensor('float32', seen, [seen.length / SEEN_SAMPLES, 1, SEEN_SAMPLES]);
      const outputs = await session.run({ sound, hidden, cell });
      hidden = outputs['next_hidden'] as typeof hidden;
      cell = outputs['next_cell'] as typeof cell;
      return outputs['probability']!.data as Float32Array;
    },
  };
}

/** What the net sees for each frame, one after the other. */
function seenSamples(samples: Float32Array, before: Float32Array): Float32Array {
  const frameCount = samples.length / FRAME_SAMPLES;
  const seen = new Float32Array(frameCount * SEEN_SAMPLES);
  for (let frame = 0; frame < frameCount; frame++) {
    const start = frame * FRAME_SAMPLES;
    const context = frame === 0 ? before : samples.subarray(start - CONTEXT_SAMPLES, start);
    const view = seen.subarray(frame * SEEN_SAMPLES, (frame + 1) * SEEN_SAMPLES);
    view.set(context);
    view.set(samples.subarray(start, start + FRAME_SAMPLES), CONTEXT_SAMPLES);
    const mirror = SEEN_SAMPLES - CONTEXT_SAMPLES - 1;
    for (let step = 1; step <= CONTEXT_SAMPLES; step++) view[mirror + step] = view[mirror - step]!;
  }
  return seen;
}
