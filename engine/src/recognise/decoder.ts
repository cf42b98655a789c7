import { Tensor, type InferenceSession } from 'onnxruntime-node';

import { cacheInputs, cacheOutputs, emptyCache, firstTokens } from './decoder-cache.ts';
import { attentionOutput } from './decoder-graph.ts';
import { alignmentLayers, HEADS, TOKENS, type MoonshineShape } from './moonshine-shape.ts';

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
 * Starts a token sequence for one window of encoded sound (`[1, frames, heads × width]`).
 *
 * The first step takes the branch without a cache, which computes the keys and values of the sound; later steps give
 * them back unread and return dummies in their place, so those outputs are asked for once. Logits and attention are
 * written by the runtime into buffers made here, not into new ones each step.
 */
export function startDecoding(session: InferenceSession, sound: Tensor, shape: MoonshineShape): Decoding {
  const frameCount = sound.dims[1]!;
  const logits = new Float32Array(TOKENS);
  const layerAttention = new Map(
    alignmentLayers(shape).map((layer) => [layer, new Float32Array(HEADS * frameCount)] as const),
  );
  const tokenCaches = cacheInputs(shape, ['decoder']);
  const token = BigInt64Array.of(0n);
  const useCache = Uint8Array.of(0);
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', token, [1, 1]),
    encoder_hidden_states: sound,
    use_cache_branch: new Tensor('bool', useCache, [1]),
    ...emptyCache(shape),
  };
  const kept: Record<string, Tensor> = { logits: new Tensor('float32', logits, [1, 1, TOKENS]) };
  for (const [layer, values] of layerAttention) {
    kept[attentionOutput(layer)] = new Tensor('float32', values, [1, HEADS, 1, frameCount]);
  }
  const firstFetches = { ...kept, ...cacheOutputs(shape, ['decoder', 'encoder']) };
  const laterFetches = { ...kept, ...cacheOutputs(shape, ['decoder']) };

  return {
    async append(id) {
      token[0] = BigInt(id);
      const outputs = await session.run(feeds, useCache[0] === 0 ? firstFetches : laterFetches);
      useCache[0] = 1;
      for (const [name, tensor] of Object.entries(outputs)) {
        if (name.startsWith('present.')) feeds[name.replace('present', 'past_key_values')] = tensor;
      }
      const attention = shape.alignmentHeads.map(({ layer, head }) =>
        layerAttention.get(layer)!.slice(head * frameCount, (head + 1) * frameCount),
      );
      return { logits, attention };
    },

    memory: () => Object.fromEntries(tokenCaches.map((name) => [name, feeds[name]!])),

    rewind(memory, length) {
      useCache[0] = length > 0 ? 1 : 0;
      if (length === 0) Object.assign(feeds, emptyCache(shape));
      else
        for (const [name, cache] of Object.entries(memory)) feeds[name] = firstTokens(cache, length, shape);
    },
  };
}
