import type { Decoding, NextToken } from './decoder.ts';
import { likeliestToken } from './likeliest.ts';
import { END_TOKEN } from './vocabulary.ts';

export interface DecodedToken {
  readonly id: number;
  readonly probability: number;
  /** For each alignment head, how much it attended to each encoder frame when it predicted this token. */
  readonly attention: readonly Float32Array[];
}

export interface DecodedSequence {
  readonly tokens: readonly DecodedToken[];
  /** Whether the model ended it. Otherwise it has as many tokens as were allowed. */
  readonly ended: boolean;
}

/**
 * Goes on from `said`, tokens that have all been appended, with the likeliest token each time.
 *
 * @param next what the decoder predicted after the last of them
 * @param most tokens, those said included
 */
export async function decodeGreedily(
  decoding: Decoding,
  { said, next, most }: { said: readonly DecodedToken[]; next: NextToken; most: number },
): Promise<DecodedSequence> {
  const tokens = [...said];
  let prediction = next;
  while (tokens.length < most) {
    const { token: id, probability } = likeliestToken(prediction.logits);
    if (id === END_TOKEN) return { tokens, ended: true };
    tokens.push({ id, probability, attention: prediction.attention });
    prediction = await decoding.append(id);
  }
  return { tokens, ended: false };
}
