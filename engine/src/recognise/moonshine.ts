import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { adaptDecoderGraph } from './decoder-graph.ts';
import { ALIGNMENT_LAYERS, startDecoding } from './decoder.ts';
import { likeliestToken } from './likeliest.ts';
import { lengthWithoutLoop } from './repetition.ts';
import { BEGIN_TOKEN, END_TOKEN } from './vocabulary.ts';

/** Nobody says more; a decoder that does invents. */
const MOST_TOKENS_PER_SECOND = 6;
/** The encoder needs this much sound for its first frame, and a little more is still no word. */
const SHORTEST_SECONDS = 0.1;

/**
 * The runtime keeps int8 constants as they are, for kernels that it has not got for this graph. Told not to, it makes
 * the decoder's output matrix float once instead of at every token.
 */
const DEQUANTIZE_AT_LOADING: InferenceSession.SessionOptions = {
  extra: { session: { disable_quant_qdq: '1' } },
};

export interface MoonshineFiles {
  readonly encoderPath: string;
  /** The decoder as published; its graph is adapted in memory. */
  readonly decoderPath: string;
}

interface DecodedToken {
  readonly id: number;
  readonly probability: number;
  /** For each alignment head, how much it attended to each encoder frame when it predicted this token. */
  readonly attention: readonly Float32Array[];
}

/**
 * Why the token sequence ends where it does: the model ended it, it would have outrun speech, or it went round in
 * circles and was cut after the first round.
 */
export type Ending = 'complete' | 'too-many-tokens' | 'loop';

export interface TokenSequence {
  readonly tokens: readonly DecodedToken[];
  readonly frameCount: number;
  readonly ending: Ending;
  /** The tokens of a loop's further rounds. */
  readonly repeated: readonly number[];
}

export interface Moonshine {
  /** Greedy recognition of at most about 30 s of 16 kHz mono sound. Less than 0.1 s gives no tokens. */
  decode(samples: Float32Array): Promise<TokenSequence>;
}

/**
 * Loads Moonshine (arxiv.org/abs/2410.15608), base, English, int8, as its authors publish it in ONNX.
 *
 * @throws UnexpectedModelError when the decoder is not that file
 */
export async function loadMoonshine({ encoderPath, decoderPath }: MoonshineFiles): Promise<Moonshine> {
  const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const encoder = await InferenceSession.create(encoderPath, options);
  const graph = adaptDecoderGraph(await readFile(decoderPath), ALIGNMENT_LAYERS);
  const decoder = await InferenceSession.create(graph, { ...options, ...DEQUANTIZE_AT_LOADING });
  return {
    async decode(samples) {
      const seconds = samples.length / SAMPLE_RATE;
      if (seconds < SHORTEST_SECONDS) return { tokens: [], frameCount: 0, ending: 'complete', repeated: [] };
      const input = new Tensor('float32', samples, [1, samples.length]);
      const { last_hidden_state: sound } = await encoder.run({ input_values: input });
      return decodeGreedily(decoder, sound!, Math.floor(seconds * MOST_TOKENS_PER_SECOND));
    },
  };
}

async function decodeGreedily(
  session: InferenceSession,
  sound: Tensor,
  most: number,
): Promise<TokenSequence> {
  const decoding = startDecoding(session, sound);
  const frameCount = sound.dims[1]!;
  const tokens: DecodedToken[] = [];
  let last = BEGIN_TOKEN;
  while (tokens.length < most) {
    const { logits, attention } = await decoding.append(last);
    const { token: id, probability } = likeliestToken(logits);
    if (id === END_TOKEN) return { tokens, frameCount, ending: 'complete', repeated: [] };
    tokens.push({ id, probability, attention });
    last = id;
  }
  const ids = tokens.map(({ id }) => id);
  const kept = lengthWithoutLoop(ids);
  if (kept === undefined) return { tokens, frameCount, ending: 'too-many-tokens', repeated: [] };
  return { tokens: tokens.slice(0, kept), frameCount, ending: 'loop', repeated: ids.slice(kept) };
}
