import type { Table } from '../table.ts';
import type { CountBounds } from './spectral.ts';

/**
 * Neighbouring windows overlap and share their words, so a window counts for this much of an independent
 * observation of its speaker's voice.
 */
const WINDOW_WEIGHT = 0.15;

/**
 * Mean prints closer than this are one voice in two moods. In 51 simulated talks the closest true pair found was
 * 9.3 apart; halves of one reader's speech were 4.5 to 8.5 apart.
 */
const LEAST_DISTANCE = 8.5;

/** Sum of the prints of some windows and how many they are: all that the evidence needs. */
interface Voice {
  readonly sum: Float64Array;
  count: number;
}

/**
 * How well a clustering explains the prints, in nats, against every window having no voice at all: each cluster is
 * one voice drawn from N(0, φ), its prints scatter round it with unit variance (two-covariance model; Brümmer and
 * de Villiers, "The speaker partitioning problem", 2010). More clusters explain more and cost more.
 */
export function voiceEvidence(prints: Table, labels: Int32Array, betweenVariances: Float64Array): number {
  let total = 0;
  for (const voice of voicesOf(prints, labels)) total += evidenceOf(voice, betweenVariances);
  return total;
}

/**
 * Joins clusters that are no two voices: first those that lie too close, nearest first, as long as more than
 * `bounds.min` are left; then those that lose least evidence by being one, until at most `bounds.max` are.
 */
export function joinVoices(options: {
  prints: Table;
  labels: Int32Array;
  betweenVariances: Float64Array;
  bounds: CountBounds;
}): Int32Array {
  const { prints, betweenVariances, bounds } = options;
  const labels = Int32Array.from(options.labels);
  const voices = new Map(voicesOf(prints, labels).map((voice, label) => [label, voice]));
  const join = ({ kept, gone }: Pair): void => {
    voices.set(kept, joined(voices.get(kept)!, voices.get(gone)!));
    voices.delete(gone);
    for (let i = 0; i < labels.length; i++) if (labels[i] === gone) labels[i] = kept;
  };
  while (voices.size > bounds.min) {
    const nearest = leastPair(voices, distanceBetween);
    if (!nearest || nearest.value >= LEAST_DISTANCE) break;
    join(nearest);
  }
  const loss = (a: Voice, b: Voice): number =>
    evidenceOf(a, betweenVariances) +
    evidenceOf(b, betweenVariances) -
    evidenceOf(joined(a, b), betweenVariances);
  while (voices.size > bounds.max) join(leastPair(voices, loss)!);
  return labels;
}

interface Pair {
  readonly kept: number;
  readonly gone: number;
  readonly value: number;
}

function leastPair(voices: Map<number, Voice>, measure: (a: Voice, b: Voice) => number): Pair | undefined {
  let least: Pair | undefined;
  for (const [kept, a] of voices) {
    for (const [gone, b] of voices) {
      if (gone <= kept) continue;
      const value = measure(a, b);
      if (!least || value < least.value) least = { kept, gone, value };
    }
  }
  return least;
}

/** Distance of two voices' mean prints, in standard deviations of one voice. */
function distanceBetween(a: Voice, b: Voice): number {
  let square = 0;
  for (let d = 0; d < a.sum.length; d++) square += (a.sum[d]! / a.count - b.sum[d]! / b.count) ** 2;
  return Math.sqrt(square);
}

/** The voice each print is nearest to, given windows that are labelled already. */
export function nearestVoices(options: {
  prints: Table;
  labelled: Table;
  labels: Int32Array;
  betweenVariances: Float64Array;
}): Int32Array {
  const { prints, labelled, labels, betweenVariances } = options;
  const means = voicesOf(labelled, labels).map(({ sum, count }) => {
    const weight = count * WINDOW_WEIGHT;
    return sum.map(
      (value, d) => (WINDOW_WEIGHT * value * betweenVariances[d]!) / (1 + weight * betweenVariances[d]!),
    );
  });
  return Int32Array.from({ length: prints.rows }, (_, i) => {
    const print = prints.data.subarray(i * prints.width, (i + 1) * prints.width);
    let nearest = 0;
    let least = Infinity;
    means.forEach((mean, voice) => {
      let distance = 0;
      for (let d = 0; d < mean.length; d++) distance += (print[d]! - mean[d]!) ** 2;
      if (distance < least) [nearest, least] = [voice, distance];
    });
    return nearest;
  });
}

function voicesOf({ width, data }: Table, labels: Int32Array): Voice[] {
  const voices: Voice[] = [];
  labels.forEach((label, i) => {
    const voice = (voices[label] ??= { sum: new Float64Array(width), count: 0 });
    voice.count++;
    for (let d = 0; d < width; d++) voice.sum[d]! += data[i * width + d]!;
  });
  return voices;
}

function joined(a: Voice, b: Voice): Voice {
  return { sum: a.sum.map((value, d) => value + b.sum[d]!), count: a.count + b.count };
}

function evidenceOf({ sum, count }: Voice, betweenVariances: Float64Array): number {
  const weight = count * WINDOW_WEIGHT;
  let evidence = 0;
  for (let d = 0; d < sum.length; d++) {
    const phi = betweenVariances[d]!;
    const scaled = sum[d]! * WINDOW_WEIGHT;
    evidence += (scaled * scaled * phi) / (1 + weight * phi) - Math.log1p(weight * phi);
  }
  return evidence / 2;
}
