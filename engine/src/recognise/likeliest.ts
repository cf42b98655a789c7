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
  return { token, probability: 1 / sumAbove(logits, best) };
}

/** The `count` most probable tokens, the best first. */
export function likeliestTokens(logits: Float32Array, count: number): Likeliest[] {
  const tokens: number[] = [];
  let lowest = -Infinity;
  for (let index = 0; index < logits.length; index++) {
    const logit = logits[index]!;
    if (logit <= lowest) continue;
    let place = tokens.length;
    while (place > 0 && logits[tokens[place - 1]!]! < logit) place--;
    tokens.splice(place, 0, index);
    if (tokens.length > count) tokens.pop();
    if (tokens.length === count) lowest = logits[tokens.at(-1)!]!;
  }
  const best = logits[tokens[0]!]!;
  const sum = sumAbove(logits, best);
  return tokens.map((token) => ({ token, probability: Math.exp(logits[token]! - best) / sum }));
}

/** The sum of all probabilities, the best's being 1. */
function sumAbove(logits: Float32Array, best: number): number {
  let sum = 0;
  for (const logit of logits) if (logit > best - NEGLIGIBLE) sum += Math.exp(logit - best);
  return sum;
}
