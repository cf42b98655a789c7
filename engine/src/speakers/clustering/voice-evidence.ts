import type { Table } from '../table.ts';

/**
 * Neighbouring windows overlap and share their words, so a window counts for this much of an independent
 * observation of its speaker's voice.
 */
const WINDOW_WEIGHT = 0.1;

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

/** Joins the two clusters that lose least evidence by being one voice, until at most `most` are left. */
export function joinVoices(options: {
  prints: Table;
  labels: Int32Array;
  betweenVariances: Float64Array;
  most: number;
}): Int32Array {
  const { prints, betweenVariances, most } = options;
  const labels = Int32Array.from(options.labels);
  const voices = new Map(voicesOf(prints, labels).map((voice, label) => [label, voice]));
  while (voices.size > most) {
    let best = { kept: -1, gone: -1, gain: -Infinity };
    for (const [kept, a] of voices) {
      for (const [gone, b] of voices) {
        if (gone <= kept) continue;
        const apart = evidenceOf(a, betweenVariances) + evidenceOf(b, betweenVariances);
        const gain = evidenceOf(joined(a, b), betweenVariances) - apart;
        if (gain > best.gain) best = { kept, gone, gain };
      }
    }
    voices.set(best.kept, joined(voices.get(best.kept)!, voices.get(best.gone)!));
    voices.delete(best.gone);
    for (let i = 0; i < labels.length; i++) if (labels[i] === best.gone) labels[i] = best.kept;
  }
  return labels;
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
