import { Tensor, type InferenceSession } from 'onnxruntime-node';

import { attentionOutput } from './decoder-graph.ts';

/** The shape of Moonshine base. */
const LAYERS = 8;
const HEADS = 8;
const HEAD_WIDTH = 52;
const TOKENS = 32_768;

/** Where attention follows the sound best, found by search on half of a set of clips and checked on the other half. */
const ALIGNMENT_HEADS = [
  { layer: 6, head: 4 },
  { layer: 5, head: 1 },
  { layer: 5, head: 5 },
  { layer: 4, head: 2 },
] as const;

export const ALIGNMENT_LAYERS: readonly number[] = [...new Set(ALIGNMENT_HEADS.map(({ layer }) => layer))];

/** What the decoder says of the token that comes next. */
export interface NextToken {
  /** Unnormalised log-probabilities of the whole vocabulary. Overwritten by the next step. */
  readonly logits: Float32Array;
  /** For each alignment head, what it attended to: one value for each encoder frame. Copies, the caller's to keep. */
  readonly attention: readonly Float32Array[];
}

export interface Decoding {
  /** Appends a token to the sequence and predicts the one after it. The first is the begin token. */
  append(token: number): Promise<NextToken>;
  /** What the decoder remembers of the tokens so far. */
  memory(): DecoderMemory;
  /** Goes on as if no tokens had been appended but the first `length` of those remembered. */
  rewind(memory: DecoderMemory, length: number): void;
}

/** Keys and values of each layer, by input name. They are never written to again. */
export type DecoderMemory = Readonly<Record<string, Tensor>>;

/**
 * Starts a token sequence for one window of encoded sound (`[1, frames, 416]`).
 *
 * The first step takes the branch without a cache, which computes the keys and values of the sound; later steps give
 * them back unread and return dummies in their place, so those outputs are asked for once. Logits and attention are
 * written by the runtime into buffers made here, not into new ones each step.
 */
export function startDecoding(session: InferenceSession, sound: Tensor): Decoding {
  const frameCount = sound.dims[1]!;
  const logits = new Float32Array(TOKENS);
  const layerAttention = new Map(
    ALIGNMENT_LAYERS.map((layer) => [layer, new Float32Array(HEADS * frameCount)] as const),
  );
  const token = BigInt64Array.of(0n);
  const useCache = Uint8Array.of(0);
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', token, [1, 1]),
    encoder_hidden_states: sound,
    use_cache_branch: new Tensor('bool', useCache, [1]),
    ...emptyCache(),
  };
  const kept: Record<string, Tensor> = { logits: new Tensor('float32', logits, [1, 1, TOKENS]) };
  for (const [layer, values] of layerAttention) {
    kept[attentionOutput(layer)] = new Tensor('float32', values, [1, HEADS, 1, frameCount]);
  }
  const firstFetches = { ...kept, ...cacheOutputs(['decoder', 'encoder']) };
  const laterFetches = { ...kept, ...cacheOutputs(['decoder']) };

  return {
    async append(id) {
      token[0] = BigInt(id);
      const outputs = await session.run(feeds, useCache[0] === 0 ? firstFetches : laterFetches);
      useCache[0] = 1;
      for (const [name, tensor] of Object.entries(outputs)) {
        if (name.startsWith('present.')) feeds[name.replace('present', 'past_key_values')] = tensor;
      }
      const attention = ALIGNMENT_HEADS.map(({ layer, head }) =>
        layerAttention.get(layer)!.slice(head * frameCount, (head + 1) * frameCount),
      );
      return { logits, attention };
    },

    memory: () => Object.fromEntries(decoderInputs().map((name) => [name, feeds[name]!])),

    rewind(memory, length) {
      useCache[0] = length > 0 ? 1 : 0;
      if (length === 0) Object.assign(feeds, emptyCache());
      else for (const [name, cache] of Object.entries(memory)) feeds[name] = firstTokens(cache, length);
    },
  };
}

/** The inputs that remember tokens, as against those that hold the sound. */
function decoderInputs(): string[] {
  return cacheNames(['decoder']).map((name) => `past_key_values.${name}`);
}

/** The part of a cache tensor (`[1, heads, tokens, width]`) that belongs to the first tokens. */
function firstTokens(cache: Tensor, length: number): Tensor {
  const values = cache.data as Float32Array; // it was made as float32, or by the decoder
  const tokens = cache.dims[2]!;
  const kept = new Float32Array(HEADS * length * HEAD_WIDTH);
  for (let head = 0; head < HEADS; head++) {
    const from = head * tokens * HEAD_WIDTH;
    kept.set(values.subarray(from, from + length * HEAD_WIDTH), head * length * HEAD_WIDTH);
  }
  return new Tensor('float32', kept, [1, HEADS, length, HEAD_WIDTH]);
}

function cacheNames(sources: readonly ('decoder' | 'encoder')[]): string[] {
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
  return layers.flatMap((layer) =>
    sources.flatMap((source) => [`${layer}.${source}.key`, `${layer}.${source}.value`]),
  );
}

function emptyCache(): Record<string, Tensor> {
  const empty = new Tensor('float32', new Float32Array(0), [0, HEADS, 1, HEAD_WIDTH]);
  return Object.fromEntries(
    cacheNames(['decoder', 'encoder']).map((name) => [`past_key_values.${name}`, empty]),
  );
}

/** `null` asks the runtime to make the tensor: the cache grows with each step. */
function cacheOutputs(sources: readonly ('decoder' | 'encoder')[]): Record<string, null> {
  return Object.fromEntries(cacheNames(sources).map((name) => [`present.${name}`, null]));
}
