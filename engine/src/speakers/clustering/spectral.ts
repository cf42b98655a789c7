import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import type { Random } from '../random.ts';
import { createTable } from '../table.ts';
import { kMeans } from './k-means.ts';
import type { Similarities } from './similarity.ts';

/** Shares of all windows that each window is joined to, tried in turn. */
const NEIGHBOUR_SHARES = Array.from({ length: 6 }, (_, i) => 0.08 + (i * (0.5 - 0.08)) / 5);

/**
 * Eigenvalues further up than this leap by chance, and so do those of clusters that would have fewer things each;
 * only a caller's own lower bound goes beyond.
 */
const MOST_CLUSTERS_FOUND = 8;
const FEWEST_THINGS_A_CLUSTER = 4;

/** How many clusters are wanted, at least and at most. */
export interface CountBounds {
  readonly min: number;
  readonly max: number;
}

/** The graph that shows clusters best: how many it shows, and its Laplacian's vectors, smoothest first. */
export interface SpectralGraph {
  readonly clusters: number;
  readonly vectors: Matrix;
  /** Its share of neighbours over its greatest leap; least is best. */
  readonly ratio: number;
}

/**
 * Finds the number of clusters and the graph to see them in: every thing is joined to a share of its nearest, the
 * number of clusters is where the Laplacian's eigenvalues leap most, and the share is chosen for the leap's being
 * great beside the share (NME-SC: Park et al., "Auto-tuning spectral clustering for speaker diarization using
 * normalized maximum eigengap", 2020).
 */
export function spectralGraph(similarities: Similarities, bounds: CountBounds): SpectralGraph {
  const { size } = similarities;
  if (size < 3) return { clusters: 1, vectors: Matrix.zeros(size, 1), ratio: Infinity };
  const order = neighboursByLikeness(similarities);
  const graphs = NEIGHBOUR_SHARES.map((share) => graphOf({ size, order, share, bounds }));
  return graphs.reduce((best, graph) => (graph.ratio < best.ratio ? graph : best));
}

/** Cuts a graph into `clusters` clusters. */
export function cutGraph({ vectors }: SpectralGraph, clusters: number, random: Random): Int32Array {
  const points = createTable(vectors.rows, clusters);
  if (clusters < 2) return new Int32Array(points.rows);
  for (let i = 0; i < points.rows; i++) {
    for (let j = 0; j < clusters; j++) points.data[i * clusters + j] = vectors.get(i, j);
  }
  return kMeans(points, clusters, random);
}

/** The greatest number of clusters that `size` things may show without a caller's asking for more. */
export function mostClusters(size: number, bounds: CountBounds): number {
  return Math.min(bounds.max, MOST_CLUSTERS_FOUND, Math.floor(size / FEWEST_THINGS_A_CLUSTER));
}

function neighboursByLikeness({ size, values }: Similarities): Int32Array[] {
  return Array.from({ length: size }, (_, i) => {
    const row = values.subarray(i * size, (i + 1) * size);
    return Int32Array.from({ length: size }, (_unused, j) => j).sort((a, b) => row[b]! - row[a]! || a - b);
  });
}

function graphOf(options: {
  size: number;
  order: Int32Array[];
  share: number;
  bounds: CountBounds;
}): SpectralGraph {
  const { size, order, share, bounds } = options;
  const laplacian = laplacianOf(order, Math.max(2, Math.floor(share * size)));
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(laplacian, {
    assumeSymmetric: true,
  });
  let clusters = Math.min(bounds.min, size - 1);
  const leap = (k: number): number => values[k]! - values[k - 1]!;
  const most = mostClusters(size, bounds);
  for (let k = clusters + 1; k <= most; k++) if (leap(k) > leap(clusters)) clusters = k;
  const ratio = share / (leap(clusters) / (values[size - 1]! + 1e-9) + 1e-9);
  return { ratio, clusters, vectors };
}

/** Laplacian of the graph in which each thing is joined to its `neighbours` nearest; one-sided joins count half. */
function laplacianOf(order: readonly Int32Array[], neighbours: number): Matrix {
  const laplacian = Matrix.zeros(order.length, order.length);
  const join = (i: number, j: number): void => {
    laplacian.set(i, j, laplacian.get(i, j) - 0.5);
    laplacian.set(j, i, laplacian.get(j, i) - 0.5);
    laplacian.set(i, i, laplacian.get(i, i) + 0.5);
    laplacian.set(j, j, laplacian.get(j, j) + 0.5);
  };
  order.forEach((nearest, i) => {
    for (let n = 0; n < neighbours; n++) if (nearest[n] !== i) join(i, nearest[n]!);
  });
  return laplacian;
}
