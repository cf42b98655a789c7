import { logSumExp } from '../log-sum-exp.ts';
import type { Table } from '../table.ts';
import { clusterCount, renumber } from './labels.ts';

/** Scales of the evidence of windows (correlated) and of the number of speakers, and the chance to stay. */
const EVIDENCE_SCALE = 0.2;
const SPEAKER_SCALE = 8;
const STAY = 0.8;

const ROUNDS = 20;

/** A speaker with less than this share of the recording is dropped. */
const SMALLEST_SHARE = 1e-3;

/** Sharpness of the first memberships: e⁵ to one for the label that a window came with. */
const FIRST_LOGIT = 5;

const TINY = 1e-12;

interface Model {
  /** Windows × speakers: how much of each window is each speaker's. */
  memberships: Float64Array;
  /** Share of each speaker. */
  shares: Float64Array;
}

/**
 * Bayesian hidden Markov model of voice prints in time order (VBx: Landini et al., "Bayesian HMM clustering of
 * x-vector sequences", 2022): speakers are states, each a voice drawn from N(0, φ). Starts from `labels` and drops
 * speakers that the prints do not need. Gives each window's likeliest speaker.
 */
export function vbx(prints: Table, labels: Int32Array, betweenVariances: Float64Array): Int32Array {
  let model = firstModel(labels);
  for (let round = 0; round < ROUNDS; round++) {
    const scores = windowScores(prints, model, betweenVariances);
    model = withoutSpare(forwardBackward(scores, model.shares), prints.rows);
  }
  const k = model.shares.length;
  const best = Int32Array.from({ length: prints.rows }, (_, t) => {
    let top = 0;
    for (let s = 1; s < k; s++) if (model.memberships[t * k + s]! > model.memberships[t * k + top]!) top = s;
    return top;
  });
  renumber(best);
  return best;
}

function firstModel(labels: Int32Array): Model {
  const k = clusterCount(labels);
  const rest = 1 / (Math.exp(FIRST_LOGIT) + k - 1);
  const memberships = new Float64Array(labels.length * k).fill(rest);
  labels.forEach((label, t) => {
    memberships[t * k + label] = Math.exp(FIRST_LOGIT) * rest;
  });
  return { memberships, shares: new Float64Array(k).fill(1 / k) };
}

/** Expected log-likelihood of every window under every speaker, up to a constant a window. */
function windowScores(
  prints: Table,
  { memberships, shares }: Model,
  betweenVariances: Float64Array,
): Float64Array {
  const { rows, width, data } = prints;
  const k = shares.length;
  const ratio = EVIDENCE_SCALE / SPEAKER_SCALE;
  const scores = new Float64Array(rows * k);
  const pull = new Float64Array(width);
  for (let s = 0; s < k; s++) {
    let mass = 0;
    const sum = new Float64Array(width);
    for (let t = 0; t < rows; t++) {
      const membership = memberships[t * k + s]!;
      if (membership < TINY) continue;
      mass += membership;
      for (let d = 0; d < width; d++) sum[d]! += membership * data[t * width + d]!;
    }
    let offset = 0;
    for (let d = 0; d < width; d++) {
      const phi = betweenVariances[d]!;
      const variance = 1 / (1 + ratio * mass * phi);
      const mean = ratio * variance * sum[d]! * Math.sqrt(phi);
      offset += (variance + mean * mean) * phi;
      pull[d] = mean * Math.sqrt(phi);
    }
    for (let t = 0; t < rows; t++) {
      let dot = 0;
      for (let d = 0; d < width; d++) dot += data[t * width + d]! * pull[d]!;
      scores[t * k + s] = EVIDENCE_SCALE * (dot - offset / 2);
    }
  }
  return scores;
}

/**
 * Memberships and shares under transitions that stay with probability STAY and else draw a speaker by its share.
 * That shape needs one sum a window rather than one a pair of speakers.
 */
function forwardBackward(scores: Float64Array, shares: Float64Array): Model {
  const k = shares.length;
  const windows = scores.length / k;
  const logShares = shares.map((share) => Math.log((1 - STAY) * share + TINY));
  const forward = new Float64Array(scores.length);
  const backward = new Float64Array(scores.length);
  const buffer = new Float64Array(k);
  const logStay = Math.log(STAY);

  for (let s = 0; s < k; s++) forward[s] = scores[s]! + Math.log(shares[s]! + TINY);
  for (let t = 1; t < windows; t++) {
    const any = logSumExp(forward, (t - 1) * k, k);
    for (let s = 0; s < k; s++) {
      forward[t * k + s] =
        scores[t * k + s]! + logAdd(forward[(t - 1) * k + s]! + logStay, any + logShares[s]!);
    }
  }
  for (let t = windows - 2; t >= 0; t--) {
    for (let s = 0; s < k; s++)
      buffer[s] = logShares[s]! + scores[(t + 1) * k + s]! + backward[(t + 1) * k + s]!;
    const any = logSumExp(buffer, 0, k);
    for (let s = 0; s < k; s++) {
      backward[t * k + s] = logAdd(any, logStay + scores[(t + 1) * k + s]! + backward[(t + 1) * k + s]!);
    }
  }
  return expectations({ scores, forward, backward, logShares });
}

function expectations(pass: {
  scores: Float64Array;
  forward: Float64Array;
  backward: Float64Array;
  logShares: Float64Array;
}): Model {
  const { scores, forward, backward, logShares } = pass;
  const k = logShares.length;
  const windows = scores.length / k;
  const total = logSumExp(forward, (windows - 1) * k, k);
  const memberships = forward.map((value, i) => Math.exp(value + backward[i]! - total));
  const shares = memberships.slice(0, k);
  for (let t = 1; t < windows; t++) {
    const any = logSumExp(forward, (t - 1) * k, k) - total;
    for (let s = 0; s < k; s++) {
      shares[s]! += Math.exp(any + logShares[s]! + scores[t * k + s]! + backward[t * k + s]!);
    }
  }
  const sum = shares.reduce((a, b) => a + b, 0);
  return { memberships, shares: shares.map((share) => share / sum) };
}

/** Drops speakers with next to no share; their part of each window goes to the others. */
function withoutSpare({ memberships, shares }: Model, windows: number): Model {
  const k = shares.length;
  const kept = [...shares.keys()].filter((s) => shares[s]! > SMALLEST_SHARE);
  if (kept.length === k) return { memberships, shares };
  const left = kept.reduce((sum, s) => sum + shares[s]!, 0);
  const fewer = new Float64Array(windows * kept.length);
  for (let t = 0; t < windows; t++) {
    let sum = TINY;
    for (const s of kept) sum += memberships[t * k + s]!;
    kept.forEach((s, i) => {
      fewer[t * kept.length + i] = memberships[t * k + s]! / sum;
    });
  }
  return { memberships: fewer, shares: Float64Array.from(kept, (s) => shares[s]! / left) };
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
