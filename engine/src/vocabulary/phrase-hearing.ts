import type { Decoding, DecoderMemory } from '../recognise/decoder.ts';
import { tokensAfterWords } from '../recognise/vocabulary.ts';
import type { Place } from './places.ts';
import type { Spelling } from './spellings.ts';

/** Between two tokens of a sequence that was recognised. */
export interface Spot {
  /** What the decoder remembers of the sequence, the begin token included. */
  readonly memory: DecoderMemory;
  /** How many tokens are before it, the begin token included, and the last of them. */
  readonly length: number;
  readonly last: number;
}

export interface HeardPhrase {
  readonly place: Place;
  readonly spelling: Spelling;
  /** By how much (nats) it is likelier than its likeness asks for. */
  readonly margin: number;
}

/** Of the phrases that may have been said at a spot, the one with the largest margin above 0. */
export async function hearPhrase(
  decoding: Decoding,
  { spot, places }: { spot: Spot; places: readonly Place[] },
): Promise<HeardPhrase | undefined> {
  const first = Float32Array.from((await predictionAt(decoding, spot)).logits);
  const highest = highestOf(first);
  let best: HeardPhrase | undefined;
  for (const place of places) {
    for (const spelling of place.spellings) {
      const limit = place.allowance - (best?.margin ?? 0);
      const lostFirst = highest - first[spelling.tokens[0]!]!;
      if (lostFirst >= limit) continue;
      decoding.rewind(spot.memory, spot.length);
      const loss = lostFirst + (await lossAfterFirst(decoding, spelling.tokens, limit - lostFirst));
      if (loss < limit) best = { place, spelling, margin: place.allowance - loss };
    }
  }
  return best;
}

/** What comes after the tokens before a spot. */
export async function predictionAt(decoding: Decoding, { memory, length, last }: Spot) {
  decoding.rewind(memory, length - 1);
  return decoding.append(last);
}

/**
 * How much log-probability the tokens after the first lose against the likeliest, the end of the word included. Stops
 * counting where it reaches the limit.
 */
async function lossAfterFirst(decoding: Decoding, tokens: readonly number[], limit: number): Promise<number> {
  let loss = 0;
  for (const [index, token] of tokens.entries()) {
    const { logits } = await decoding.append(token);
    const next = tokens[index + 1];
    loss += highestOf(logits) - (next === undefined ? highestAfterWord(logits) : logits[next]!);
    if (loss >= limit) break;
  }
  return loss;
}

function highestOf(logits: Float32Array): number {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  return highest;
}

function highestAfterWord(logits: Float32Array): number {
  let highest = -Infinity;
  for (const token of tokensAfterWords()) if (logits[token]! > highest) highest = logits[token]!;
  return highest;
}
