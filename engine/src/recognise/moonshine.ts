import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { loadCommonWords, type CommonWords } from '../vocabulary/common-words.ts';
import { listenAgain, type KnownPhrase } from '../vocabulary/listen-again.ts';
import type { Phrase } from '../vocabulary/prompt.ts';
import { adaptDecoderGraph } from './decoder-graph.ts';
import { startDecoding, type Decoding } from './decoder.ts';
import { decodeByBeam, type BeamDecoding } from './beam.ts';
import type { DecodedToken } from './greedy.ts';
import { alignmentLayers, type MoonshineShape } from './moonshine-shape.ts';
import { lengthWithoutLoop } from './repetition.ts';

/** Nobody says more; a decoder that does invents. */
const MOST_TOKENS_PER_SECOND = 6;
/** The encoder needs this much sound for its first frame, and a little more is still no word. */
const SHORTEST_SECONDS = 0.1;

export interface MoonshineFiles {
  readonly encoderPath: string;
  /** The decoder as published; its graph is adapted in memory. */
  readonly decoderPath: string;
  readonly shape: MoonshineShape;
}

/**
 * Why the token sequence ends where it does: the model ended it, it would have outrun speech, or it went round in
 * circles and was cut after the first round.
 */
export type Ending = 'complete' | 'too-many-tokens' | 'loop';

export interface TokenSequence {
  readonly tokens: readonly DecodedToken[];
  /** Phrases of the vocabulary among them, in order. */
  readonly known: readonly KnownPhrase[];
  readonly frameCount: number;
  readonly ending: Ending;
  /** The tokens of a loop's further rounds. */
  readonly repeated: readonly number[];
}

export interface Moonshine {
  /** Recognition of at most about 30 s of 16 kHz mono sound. Less than 0.1 s gives no tokens. */
  decode(samples: Float32Array, vocabulary: readonly Phrase[]): Promise<TokenSequence>;
}

/**
 * Loads Moonshine (arxiv.org/abs/2410.15608), int8, as its authors publish it in ONNX.
 *
 * @throws UnexpectedModelError when the decoder is not that file
 */
export async function loadMoonshine({ encoderPath, decoderPath, shape }: MoonshineFiles): Promise<Moonshine> {
  const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const encoder = await InferenceSession.create(encoderPath, options);
  const graph = adaptDecoderGraph(await readFile(decoderPath), alignmentLayers(shape));
  const decoder = await InferenceSession.create(graph, options);
  let commonWords: CommonWords | undefined;
  return {
    async decode(samples, vocabulary) {
      const seconds = samples.length / SAMPLE_RATE;
      if (seconds < SHORTEST_SECONDS)
        return { tokens: [], known: [], frameCount: 0, ending: 'complete', repeated: [] };
      const input = new Tensor('float32', samples, [1, samples.length]);
      const { last_hidden_state: sound } = await encoder.run({ input_values: input });
      const most = Math.floor(seconds * MOST_TOKENS_PER_SECOND);
      const decoding = startDecoding(decoder, sound!, shape);
      const { memory, ...heard } = await decodeSound(decoding, most);
      const frameCount = sound!.dims[1]!;
      if (vocabulary.length === 0 || heard.ending !== 'complete') return { ...heard, known: [], frameCount };
      commonWords ??= loadCommonWords();
      const { tokens } = heard;
      const again = await listenAgain({ decoding, memory, tokens, most, vocabulary, commonWords });
      return { ...again, frameCount, ending: 'complete', repeated: [] };
    },
  };
}

/** A loop that the decoder fell into is cut. */
async function decodeSound(
  decoding: Decoding,
  most: number,
): Promise<Pick<TokenSequence, 'tokens' | 'ending' | 'repeated'> & Pick<BeamDecoding, 'memory'>> {
  const { tokens, ended, memory } = await decodeByBeam(decoding, { most });
  if (ended) return { tokens, ending: 'complete', repeated: [], memory };
  const ids = tokens.map(({ id }) => id);
  const kept = lengthWithoutLoop(ids);
  if (kept === undefined) return { tokens, ending: 'too-many-tokens', repeated: [], memory };
  return { tokens: tokens.slice(0, kept), ending: 'loop', repeated: ids.slice(kept), memory };
}
