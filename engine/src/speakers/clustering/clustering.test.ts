import { describe, expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import type { Table } from '../table.ts';
import { averageLinkage } from './average-linkage.ts';
import { kMeans } from './k-means.ts';
import { renumber } from './labels.ts';
import { cosineSimilarities } from './similarity.ts';
import { cutGraph, spectralGraph } from './spectral.ts';
import { joinVoices, nearestVoices, voiceEvidence } from './voice-evidence.ts';
import { vbx } from './vbx.ts';

const UNINFORMED = { min: 1, max: 20 };

function tableOf(rows: readonly (readonly number[])[]): Table {
  return { rows: rows.length, width: rows[0]!.length, data: Float32Array.from(rows.flat()) };
}

/** Prints in ten dimensions that scatter with unit variance round ±`apart` / 2 along one of them, turn by turn. */
function twoVoices(apart: number, count: number): Table {
  const random = seededRandom(3);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return tableOf(
    Array.from({ length: count }, (_, i) =>
      Array.from(
        { length: 10 },
        (_unused, d) => gauss() + (d > 0 ? 0 : speakerOf(i) === 0 ? apart / 2 : -apart / 2),
      ),
    ),
  );
}
const speakerOf = (window: number): number => Math.floor(window / 10) % 2;
const TRUTH = Int32Array.from({ length: 60 }, (_, i) => speakerOf(i));
const BETWEEN = Float64Array.from({ length: 10 }, (_, d) => 20 / (1 + d));

describe('average linkage', () => {
  it('joins down to the threshold, by the average over both clusters', () => {
    // 0 and 1 join at .9; their average to 2 is .45: joined under a threshold of .4, not under one of .5.
    const values = Float32Array.from([1, 0.9, 0.6, 0.9, 1, 0.3, 0.6, 0.3, 1]);
    expect([...averageLinkage({ size: 3, values }, 0.5)]).toEqual([0, 0, 1]);
    expect([...averageLinkage({ size: 3, values }, 0.4)]).toEqual([0, 0, 0]);
  });
});

describe('cosine similarities', () => {
  it('weigh each dimension by how much it tells voices apart', () => {
    const similar = cosineSimilarities(
      tableOf([
        [1, 1],
        [1, -1],
      ]),
      Float64Array.from([3, 1]),
    );
    expect(similar.values[1]).toBeCloseTo((0.75 - 0.5) / (0.75 + 0.5), 5);
  });
});

describe('k-means', () => {
  it('finds the groups, the same ones for the same seed', () => {
    const points = tableOf([[0], [0.1], [5], [5.1], [9], [9.2]]);
    const labels = kMeans(points, 3, seededRandom(1));
    expect([...kMeans(points, 3, seededRandom(1))]).toEqual([...labels]);
    renumber(labels);
    expect([...labels]).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

describe('clustering voices', () => {
  const prints = twoVoices(14, 60);

  it('spectrally finds the number of voices and whose each window is', () => {
    const graph = spectralGraph(cosineSimilarities(prints, BETWEEN), UNINFORMED);
    expect(graph.clusters).toBe(2);
    const labels = cutGraph(graph, 2, seededRandom(1));
    renumber(labels);
    expect(labels).toEqual(TRUTH);
  });

  it('spectrally keeps to bounds on the number', () => {
    const similarities = cosineSimilarities(prints, BETWEEN);
    expect(spectralGraph(similarities, { min: 3, max: 5 }).clusters).toBeGreaterThanOrEqual(3);
    expect(spectralGraph(similarities, { min: 1, max: 1 }).clusters).toBe(1);
  });

  it('by VBx drops the speakers that the prints do not need', () => {
    const tooMany = TRUTH.map((speaker, i) => 2 * speaker + (i % 2));
    renumber(tooMany);
    expect(vbx(prints, tooMany, BETWEEN)).toEqual(TRUTH);
  });

  it('finds more evidence for the truth than for one voice or for a mixture', () => {
    const truth = voiceEvidence(prints, TRUTH, BETWEEN);
    expect(truth).toBeGreaterThan(voiceEvidence(prints, new Int32Array(60), BETWEEN));
    expect(truth).toBeGreaterThan(
      voiceEvidence(
        prints,
        TRUTH.map((_, i) => i % 2),
        BETWEEN,
      ),
    );
  });

  it('weighs one print of one dimension as worked by hand', () => {
    // n = 0.15, s = 0.15 · 2, φ = 4: ½ (s² φ / (1 + n φ) − ln(1 + n φ)) = ½ (0.36 / 1.6 − ln 1.6)
    const evidence = voiceEvidence(tableOf([[2]]), Int32Array.of(0), Float64Array.of(4));
    expect(evidence).toBeCloseTo((0.225 - Math.log(1.6)) / 2, 6);
  });

  it('joins voices that are too near, but none below the least number wanted', () => {
    const near = twoVoices(4, 60);
    const join = (min: number): Set<number> =>
      new Set(
        joinVoices({ prints: near, labels: TRUTH, betweenVariances: BETWEEN, bounds: { min, max: 20 } }),
      );
    expect(join(1).size).toBe(1);
    expect(join(2).size).toBe(2);
  });

  it('joins the voices that lose least where there are more than wanted', () => {
    const three = TRUTH.map((speaker, i) => (speaker === 0 && i >= 40 ? 2 : speaker));
    const labels = joinVoices({
      prints,
      labels: three,
      betweenVariances: BETWEEN,
      bounds: { min: 2, max: 2 },
    });
    renumber(labels);
    expect(labels).toEqual(TRUTH);
  });

  it('gives windows outside the sample to the voice that they are nearest to', () => {
    const sample = { prints: twoVoices(14, 60), labelled: prints, labels: TRUTH, betweenVariances: BETWEEN };
    expect(nearestVoices(sample)).toEqual(TRUTH);
  });
});
