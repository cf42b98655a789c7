import { averageLinkage } from '../clustering/average-linkage.ts';
import { clusterCount, renumber } from '../clustering/labels.ts';
import { cosineSimilarities } from '../clustering/similarity.ts';
import type { CountBounds } from '../clustering/spectral.ts';
import { spectralClusters } from '../clustering/spectral.ts';
import { vbx } from '../clustering/vbx.ts';
import { joinVoices, nearestVoices, voiceEvidence } from '../clustering/voice-evidence.ts';
import type { Random } from '../random.ts';
import type { Table } from '../table.ts';
import { centreColumns, createTable } from '../table.ts';

/** Spectral clustering costs the cube of this; the windows of longer recordings are sampled evenly in time. */
export const MOST_CLUSTERED_WINDOWS = 400;

/** Cosine at which average linkage stops; VBx starts from there and drops what it does not need. */
const FIRST_THRESHOLD = 0.35;

/**
 * Finds how many voices a recording has and which windows are whose, in `prints` (a row a window, in time order).
 * Three answers compete: one voice, what VBx finds and what spectral clustering finds. The one that best explains
 * the prints wins. The recording's mean
 * print is taken away first, which removes most of microphone and room.
 */
export function clusterByVoice(options: {
  prints: Table;
  betweenVariances: Float64Array;
  bounds: CountBounds;
  random: Random;
}): Int32Array {
  const { prints, betweenVariances, bounds, random } = options;
  centreColumns(prints);
  const sample = evenSample(prints, MOST_CLUSTERED_WINDOWS);
  const similarities = cosineSimilarities(sample, betweenVariances);
  const candidates = [
    new Int32Array(sample.rows),
    vbx(sample, averageLinkage(similarities, FIRST_THRESHOLD), betweenVariances),
    spectralClusters(similarities, bounds, random),
  ]
    .map((labels) => joinVoices({ prints: sample, labels, betweenVariances, bounds }))
    .map((labels) => ({ labels, count: renumber(labels) }))
    .filter(({ count }) => count >= Math.min(bounds.min, sample.rows));
  const evidence = candidates.map(({ labels }) => voiceEvidence(sample, labels, betweenVariances));
  const best = candidates[evidence.indexOf(Math.max(...evidence))];
  const labels = best?.labels ?? new Int32Array(sample.rows);
  if (sample === prints || clusterCount(labels) < 2)
    return sample === prints ? labels : new Int32Array(prints.rows);
  return nearestVoices({ prints, labelled: sample, labels, betweenVariances });
}

function evenSample(table: Table, most: number): Table {
  if (table.rows <= most) return table;
  const sample = createTable(most, table.width);
  for (let i = 0; i < most; i++) {
    const row = Math.floor(((i + 0.5) * table.rows) / most);
    sample.data.set(table.data.subarray(row * table.width, (row + 1) * table.width), i * table.width);
  }
  return sample;
}
