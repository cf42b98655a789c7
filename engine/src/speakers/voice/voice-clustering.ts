import { averageLinkage } from '../clustering/average-linkage.ts';
import { renumber } from '../clustering/labels.ts';
import { cosineSimilarities } from '../clustering/similarity.ts';
import { cutGraph, mostClusters, spectralGraph, type CountBounds } from '../clustering/spectral.ts';
import { vbx } from '../clustering/vbx.ts';
import { joinVoices, nearestVoices, voiceEvidence } from '../clustering/voice-evidence.ts';
import type { Random } from '../random.ts';
import { centreColumns, createTable, type Table } from '../table.ts';

/** Spectral clustering costs the cube of this; the windows of longer recordings are sampled evenly in time. */
export const MOST_CLUSTERED_WINDOWS = 400;

/** Cosine at which average linkage stops; VBx starts from there and drops what it does not need. */
const FIRST_THRESHOLD = 0.35;

/** A clustering of the windows, and how well it explains their prints. */
interface Answer {
  readonly labels: Int32Array;
  readonly count: number;
  readonly evidence: number;
}

/**
 * Finds how many voices a recording has and which windows are whose, in `prints` (a row a window, in time order).
 * Three answers compete: one voice, what VBx finds and what spectral clustering finds; the one that best explains
 * the prints wins. Only when that is several voices are other numbers of clusters tried: allowed from the start,
 * they would split single readers. The recording's mean print is taken away first, and most of microphone and room
 * with it.
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
  const graph = spectralGraph(similarities, bounds);
  const answer = (clusters: Int32Array): Answer => {
    const labels = joinVoices({ prints: sample, labels: clusters, betweenVariances, bounds });
    return { labels, count: renumber(labels), evidence: voiceEvidence(sample, labels, betweenVariances) };
  };

  let best = bestAnswer(bounds, [
    answer(new Int32Array(sample.rows)),
    answer(vbx(sample, averageLinkage(similarities, FIRST_THRESHOLD), betweenVariances)),
    answer(cutGraph(graph, graph.clusters, random)),
  ]);
  if (best.count > 1) {
    const others: Answer[] = [];
    for (let k = 3; k <= mostClusters(sample.rows, bounds); k++)
      others.push(answer(cutGraph(graph, k, random)));
    best = bestAnswer(bounds, [best, ...others.filter(({ count }) => count > 1)]);
  }
  if (sample === prints) return best.labels;
  return nearestVoices({ prints, labelled: sample, labels: best.labels, betweenVariances });
}

/** The answer with most evidence among those with voices enough, or among all where none has. */
function bestAnswer({ min }: CountBounds, answers: readonly Answer[]): Answer {
  const enough = answers.filter(({ count }) => count >= min);
  return (enough.length > 0 ? enough : answers).reduce((a, b) => (b.evidence > a.evidence ? b : a));
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
