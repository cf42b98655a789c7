import { rowCountOf, type Piece } from '../features/pieces.ts';
import type { Table } from '../table.ts';
import { addStats, createSpread } from './gaussian-stats.ts';
import { segmentsOf, type Segment } from './segments.ts';

/** Clustering compares every pair, so only the longest segments of a long recording take part. */
const MOST_SEGMENTS = 600;

/**
 * Finds a given number of speakers without any trained model: cuts the speech where the voice changes, then joins
 * the two clusters whose frames are best told by one Gaussian, until `speakers` are left. With the number given the
 * criterion's penalty is the same for every pair and drops out.
 *
 * Gives a label for every speech frame, -1 where a piece or segment took no part.
 */
export function clusterByBic(options: {
  cepstra: Table;
  pieces: readonly Piece[];
  speakers: number;
}): Int32Array {
  const { cepstra, pieces, speakers } = options;
  const segments = pieces
    .flatMap((piece) => segmentsOf(piece, cepstra))
    .sort((a, b) => b.frameCount - a.frameCount || a.firstRow - b.firstRow)
    .slice(0, MOST_SEGMENTS);
  const clusters = joinSegments(segments, speakers);
  const labels = new Int32Array(rowCountOf(pieces)).fill(-1);
  segments.forEach(({ firstRow, frameCount }, i) =>
    labels.fill(clusters[i]!, firstRow, firstRow + frameCount),
  );
  return labels;
}

/** Joins segments until `wanted` clusters are left; gives each segment's cluster, numbered from 0. */
export function joinSegments(segments: readonly Segment[], wanted: number): Int32Array {
  const size = segments.length;
  const labels = Int32Array.from(segments.keys());
  if (size === 0) return labels;
  const stats = segments.map(({ stats: { count, sums, products } }) => ({
    count,
    sums: Float64Array.from(sums),
    products: Float64Array.from(products),
  }));
  const spread = createSpread(stats[0]!.sums.length);
  const own = stats.map((one) => spread(one));
  const alive = new Set(segments.keys());
  const cost = new Float64Array(size * size).fill(Infinity);
  const price = (i: number, j: number): void => {
    const value = 0.5 * (spread(stats[i]!, stats[j]) - own[i]! - own[j]!);
    cost[i * size + j] = value;
    cost[j * size + i] = value;
  };
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) price(i, j);

  while (alive.size > wanted) {
    const [kept, gone] = cheapest(alive, cost, size);
    addStats(stats[kept]!, stats[gone]!);
    own[kept] = spread(stats[kept]!);
    alive.delete(gone);
    for (let i = 0; i < size; i++) if (labels[i] === gone) labels[i] = kept;
    for (const other of alive) if (other !== kept) price(kept, other);
  }
  const numbers = new Map([...alive].map((cluster, number) => [cluster, number]));
  return labels.map((cluster) => numbers.get(cluster)!);
}

function cheapest(alive: Set<number>, cost: Float64Array, size: number): [number, number] {
  const left = [...alive];
  let best = Infinity;
  let pair: [number, number] = [left[0]!, left[1]!];
  for (let a = 0; a < left.length; a++) {
    const row = left[a]! * size;
    for (let b = a + 1; b < left.length; b++) {
      const value = cost[row + left[b]!]!;
      if (value < best) {
        best = value;
        pair = [left[a]!, left[b]!];
      }
    }
  }
  return pair;
}
