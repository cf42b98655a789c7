import { Tensor, type InferenceSession } from 'onnxruntime-node';

import { cacheInputs, cacheOutputs, emptyCache, firstTokens, sequencesOf } from './decoder-cache.ts';
import { attentionOutput } from './decoder-graph.ts';
import { alignmentLayers, HEADS, TOKENS, type MoonshineShape } from './moonshine-shape.ts';

/** What the decoder says of the token that comes next. */
export interface NextToken {
  /** Unnormalised log-probabilities of the whole vocabulary. Overwritten by the next step. */
  readonly logits: Float32Array;
  /** For each alignment head, what it attended to: one value for each encoder frame. Copies, the caller's to keep. */
  readonly attention: readonly Float32Array[];
}

/** A token with which one of several sequences goes on: the one at place `from` among them. */
interface Continuation {
  readonly from: number;
  readonly token: number;
}

export interface Decoding {
  /** Appends a token to the sequence and predicts the one after it. The first is the begin token. */
  append(token: number): Promise<NextToken>;
  /**
   * Goes on with a sequence for each of these tokens, side by side: each costs a fraction of one alone, because the
   * weights are read once. Predicts the token after each, in the same order.
   */
  branch(continuations: readonly Continuation[]): Promise<readonly NextToken[]>;
  /** What the decoder remembers of the tokens so far, of the sequence at this place where there are several. */
  memory(sequence?: number): DecoderMemory;
  /** Goes on with one sequence, as if no tokens had been appended but the first `length` of those remembered. */
  rewind(memory: DecoderMemory, length: number): void;
}

/** Keys and values of each layer, by input name. They are never written to again. */
export type DecoderMemory = Readonly<Record<string, Tensor>>;

/**
 * Starts a token sequence for one window of encoded sound (`[1, frames, heads × width]`).
 *
 * The first step takes the branch without a cache, which computes the keys and values of the sound; later steps give
 * them back unread and return dummies in their place, so those outputs are asked for once. Several sequences share
 * them. Logits and attention are written by the runtime into buffers made here, not into new ones each step.
 */
export function startDecoding(session: InferenceSession, sound: Tensor, shape: MoonshineShape): Decoding {
  const outputsFor = keepBuffers(shape, sound.dims[1]!);
  const tokenCaches = cacheInputs(shape, ['decoder']);
  const useCache = Uint8Array.of(0);
  const feeds: Record<string, Tensor> = {
    encoder_hidden_states: sound,
    use_cache_branch: new Tensor('bool', useCache, [1]),
    ...emptyCache(shape),
  };
  const laterCaches = cacheOutputs(shape, ['decoder']);
  const firstCaches = cacheOutputs(shape, ['decoder', 'encoder']);
  let sequenceCount = 1;

  function choose(sequences: readonly number[]): void {
    const isAsBefore = sequences.length === sequenceCount && sequences.every((from, place) => from === place);
    if (isAsBefore) return;
    for (const name of tokenCaches) feeds[name] = sequencesOf(feeds[name]!, sequences);
    sequenceCount = sequences.length;
  }

  async function branch(continuations: readonly Continuation[]): Promise<readonly NextToken[]> {
    choose(continuations.map(({ from }) => from));
    const tokens = BigInt64Array.from(continuations, ({ token }) => BigInt(token));
    feeds['input_ids'] = new Tensor('int64', tokens, [tokens.length, 1]);
    const { fetches, predictions } = outputsFor(tokens.length);
    const caches = useCache[0] === 0 ? firstCaches : laterCaches;
    const outputs = await session.run(feeds, { ...fetches, ...caches });
    useCache[0] = 1;
    for (const [name, tensor] of Object.entries(outputs)) {
      if (name.startsWith('present.')) feeds[name.replace('present', 'past_key_values')] = tensor;
    }
    return predictions();
  }

  return {
    append: async (token) => (await branch([{ from: 0, token }]))[0]!,
    branch,

    memory: (sequence = 0) =>
      Object.fromEntries(
        tokenCaches.map((name) => [
          name,
          sequenceCount === 1 ? feeds[name]! : sequencesOf(feeds[name]!, [sequence]),
        ]),
      ),

    rewind(memory, length) {
      useCache[0] = length > 0 ? 1 : 0;
      sequenceCount = 1;
      if (length === 0) Object.assign(feeds, emptyCache(shape));
      else
        for (const [name, cache] of Object.entries(memory)) feeds[name] = firstTokens(cache, length, shape);
    },
  };
}

interface StepOutputs {
  readonly fetches: Readonly<Record<string, Tensor>>;
  /** Reads what the last step wrote. */
  readonly predictions: () => NextToken[];
}

/** Buffers for the logits and the attention of a step, for each number of sequences that occurs. */
function keepBuffers(shape: MoonshineShape, frameCount: number): (sequenceCount: number) => StepOutputs {
  const kept = new Map<number, StepOutputs>();
  return (sequenceCount) => {
    const buffers = kept.get(sequenceCount) ?? makeBuffers({ shape, frameCount, sequenceCount });
    kept.set(sequenceCount, buffers);
    return buffers;
  };
}

function makeBuffers({
  shape,
  frameCount,
  sequenceCount,
}: {
  shape: MoonshineShape;
  frameCount: number;
  sequenceCount: number;
}): StepOutputs {
  const logits = new Float32Array(sequenceCount * TOKENS);
  const layerAttention = new Map(
    alignmentLayers(shape).map((layer) => [layer, new Float32Array(sequenceCount * HEADS * frameCount)]),
  );
  const fetches: Record<string, Tensor> = {
    logits: new Tensor('float32', logits, [sequenceCount, 1, TOKENS]),
  };
  for (const [layer, values] of layerAttention) {
    fetches[attentionOutput(layer)] = new Tensor('float32', values, [sequenceCount, HEADS, 1, frameCount]);
  }
  const attentionOf = (sequence: number) =>
    shape.alignmentHeads.map(({ layer, head }) => {
      const row = sequence * HEADS + head;
      return layerAttention.get(layer)!.slice(row * frameCount, (row + 1) * frameCount);
    });
  return {
    fetches,
    predictions: () =>
      Array.from({ length: sequenceCount }, (_, sequence) => ({
        logits: logits.subarray(sequence * TOKENS, (sequence + 1) * TOKENS),
        attention: attentionOf(sequence),
      })),
  };
}
