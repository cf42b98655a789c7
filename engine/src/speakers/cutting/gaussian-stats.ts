import type { Table } from '../table.ts';

/** Added to the diagonal of every covariance, so that a handful of alike frames still has a determinant. */
const RIDGE = 1e-3;

/** Count, sums and sums of products of some frames: enough for their Gaussian, and they add up. */
export interface GaussianStats {
  count: number;
  readonly sums: Float64Array;
  /** Lower triangle of Σ x·xᵀ, row by row. */
  readonly products: Float64Array;
}

export function emptyStats(width: number): GaussianStats {
  return { count: 0, sums: new Float64Array(width), products: new Float64Array((width * (width + 1)) / 2) };
}

/** Adds rows `[from, to)` of the table. */
export function addRows(stats: GaussianStats, table: Table, from: number, to: number): void {
  const { width, data } = table;
  for (let row = from; row < to; row++) {
    const at = row * width;
    let p = 0;
    for (let i = 0; i < width; i++) {
      const x = data[at + i]!;
      stats.sums[i]! += x;
      for (let j = 0; j <= i; j++) stats.products[p++]! += x * data[at + j]!;
    }
  }
  stats.count += to - from;
}

/** Adds another set of frames to `stats`. */
export function addStats(stats: GaussianStats, other: GaussianStats): void {
  stats.count += other.count;
  for (let i = 0; i < stats.sums.length; i++) stats.sums[i]! += other.sums[i]!;
  for (let i = 0; i < stats.products.length; i++) stats.products[i]! += other.products[i]!;
}

/**
 * A function giving `n · ln det Σ` of the frames of one set, or of two together: the part of a Gaussian's
 * log-likelihood that the Bayesian information criterion compares. It owns its scratch memory, since this runs for
 * every pair of stretches.
 */
export function createSpread(width: number): (a: GaussianStats, b?: GaussianStats) => number {
  const factor = new Float64Array(width * width);
  return (a, b) => {
    const count = a.count + (b?.count ?? 0);
    if (count < 2) return 0;
    fillCovariance({ factor, width, count }, a, b);
    return count * logDeterminant(factor, width);
  };
}

function fillCovariance(
  target: { factor: Float64Array; width: number; count: number },
  a: GaussianStats,
  b: GaussianStats | undefined,
): void {
  const { factor, width, count } = target;
  let p = 0;
  for (let i = 0; i < width; i++) {
    const sumI = a.sums[i]! + (b ? b.sums[i]! : 0);
    for (let j = 0; j <= i; j++, p++) {
      const sumJ = a.sums[j]! + (b ? b.sums[j]! : 0);
      const product = a.products[p]! + (b ? b.products[p]! : 0);
      factor[i * width + j] = (product - (sumI * sumJ) / count) / (count - 1);
    }
    factor[i * width + i]! += RIDGE;
  }
}

/** Natural logarithm of the determinant, by Cholesky's factorisation of the lower triangle in place. */
function logDeterminant(matrix: Float64Array, width: number): number {
  let log = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * width + k]! * matrix[j * width + k]!;
      matrix[i * width + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * width + j]!;
    }
    log += 2 * Math.log(matrix[i * width + i]!);
  }
  return log;
}
