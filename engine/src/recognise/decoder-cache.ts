import { Tensor } from 'onnxruntime-node';

import { HEADS, type MoonshineShape } from './moonshine-shape.ts';

/** What a cache is of: the tokens so far, or the sound. */
type CacheSource = 'decoder' | 'encoder';

function cacheNames({ layers }: MoonshineShape, sources: readonly CacheSource[]): string[] {
  return Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    sources.flatMap((source) => [`${layer}.${source}.key`, `${layer}.${source}.value`]),
  );
}

/** The decoder's inputs for a cache. */
export function cacheInputs(shape: MoonshineShape, sources: readonly CacheSource[]): string[] {
  return cacheNames(shape, sources).map((name) => `past_key_values.${name}`);
}

export function emptyCache(shape: MoonshineShape): Record<string, Tensor> {
  const empty = new Tensor('float32', new Float32Array(0), [0, HEADS, 1, shape.headWidth]);
  return Object.fromEntries(cacheInputs(shape, ['decoder', 'encoder']).map((name) => [name, empty]));
}

/** `null` asks the runtime to make the tensor: the cache grows with each step. */
export function cacheOutputs(shape: MoonshineShape, sources: readonly CacheSource[]): Record<string, null> {
  return Object.fromEntries(cacheNames(shape, sources).map((name) => [`present.${name}`, null]));
}

/** The part of a cache tensor (`[1, heads, tokens, width]`) that belongs to the first tokens. */
export function firstTokens(cache: Tensor, length: number, { headWidth }: MoonshineShape): Tensor {
  const values = cache.data as Float32Array; // it was made as float32, or by the decoder
  const tokens = cache.dims[2]!;
  const kept = new Float32Array(HEADS * length * headWidth);
  for (let head = 0; head < HEADS; head++) {
    const from = head * tokens * headWidth;
    kept.set(values.subarray(from, from + length * headWidth), head * length * headWidth);
  }
  return new Tensor('float32', kept, [1, HEADS, length, headWidth]);
}

/** Some of the sequences of a cache tensor (`[sequences, heads, tokens, width]`), in this order. */
export function sequencesOf(cache: Tensor, sequences: readonly number[]): Tensor {
  const values = cache.data as Float32Array; // it was made as float32, or by the decoder
  const [, ...shape] = cache.dims;
  const length = shape.reduce((product, size) => product * size, 1);
  const chosen = new Float32Array(sequences.length * length);
  for (const [place, sequence] of sequences.entries()) {
    chosen.set(values.subarray(sequence * length, (sequence + 1) * length), place * length);
  }
  return new Tensor('float32', chosen, [sequences.length, ...shape]);
}
