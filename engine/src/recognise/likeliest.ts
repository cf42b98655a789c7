export interface Likeliest {
  readonly token: number;
  readonly probability: number;
}

/** Further below the best than this (in nats) a token adds less than 1e-4 to the sum, all 32 768 together. */
const NEGLIGIBLE = 20;

/** The most probable token and its probability (softmax) from unnormalised log-probabilities. */
export function likeliestToken(logits: Float32Array): Likeliest {
  let token = 0;
  let best = logits[0]!;
  for (let index = 1; index < logits.length; index++) {
    const logit = logits[index]!;
    if (logit <= best) continue;
    best = logit;
    token = index;
  }
  let sum = 0;
  for (const logit of logits) if (logit > best - NEGLIGIBLE) sum += Math.exp(logit - best);
  return { token, probability: 1 / sum };
}
