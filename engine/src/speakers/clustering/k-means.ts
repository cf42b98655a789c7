import type { Random } from '../random.ts';
import type { Table } from '../table.ts';

const STARTS = 8;
const MOST_ROUNDS = 30;

/** k-means with distance-weighted starts (k-means++): the best of eight, by total squared distance. */
export function kMeans(points: Table, k: number, random: Random): Int32Array {
  let best: { labels: Int32Array; cost: number } | undefined;
  for (let start = 0; start < STARTS; start++) {
    const found = settle(points, spreadCentres(points, k, random));
    if (!best || found.cost < best.cost) best = found;
  }
  return best!.labels;
}

function spreadCentres({ rows, width, data }: Table, k: number, random: Random): Float64Array {
  const centres = new Float64Array(k * width);
  const distance = new Float64Array(rows).fill(Infinity);
  let chosen = Math.floor(random() * rows);
  for (let c = 0; c < k; c++) {
    centres.set(data.subarray(chosen * width, (chosen + 1) * width), c * width);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      distance[i] = Math.min(distance[i]!, squaredDistance(data, i * width, centres, c * width, width));
      total += distance[i]!;
    }
    let left = random() * total;
    chosen = 0;
    while (chosen < rows - 1 && left >= distance[chosen]!) left -= distance[chosen++]!;
  }
  return centres;
}

function settle({ rows, width, data }: Table, centres: Float64Array): { labels: Int32Array; cost: number } {
  const k = centres.length / width;
  const labels = new Int32Array(rows).fill(-1);
  let cost = Infinity;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false;
    cost = 0;
    for (let i = 0; i < rows; i++) {
      let nearest = 0;
      let least = Infinity;
      for (let c = 0; c < k; c++) {
        const distance = squaredDistance(data, i * width, centres, c * width, width);
        if (distance < least) [nearest, least] = [c, distance];
      }
      moved ||= labels[i] !== nearest;
      labels[i] = nearest;
      cost += least;
    }
    if (!moved) break;
    recentre(data, labels, centres, width);
  }
  return { labels, cost };
}

/** Moves each centre to the mean of its points; one without points stays where it is. */
function recentre(data: Float32Array, labels: Int32Array, centres: Float64Array, width: number): void {
  const sums = new Float64Array(centres.length);
  const counts = new Float64Array(centres.length / width);
  for (let i = 0; i < labels.length; i++) {
    const c = labels[i]!;
    counts[c]!++;
    for (let d = 0; d < width; d++) sums[c * width + d]! += data[i * width + d]!;
  }
  for (let c = 0; c < counts.length; c++) {
    if (counts[c] === 0) continue;
    for (let d = 0; d < width; d++) centres[c * width + d] = sums[c * width + d]! / counts[c]!;
  }
}

// oxlint-disable-next-line max-params -- the innermost loop: an object a call would cost more than the sum
function squaredDistance(
  a: Float32Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  width: number,
): number {
  let sum = 0;
  for (let d = 0; d < width; d++) {
    const difference = a[fromA + d]! - b[fromB + d]!;
    sum += difference * difference;
  }
  return sum;
}
