import type { Table } from '../table.ts';

/** Symmetric similarities of `size` things, row by row. */
export interface Similarities {
  readonly size: number;
  readonly values: Float32Array;
}

/**
 * Cosines between voice prints, each dimension weighted by how much of its variance tells voices apart:
 * √(φ / (1 + φ)), φ the variance between voices where one voice scatters with variance 1.
 */
export function cosineSimilarities(prints: Table, betweenVariances: Float64Array): Similarities {
  const { rows, width, data } = prints;
  const units = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    let square = 1e-12;
    for (let d = 0; d < width; d++) {
      const phi = betweenVariances[d]!;
      const value = data[i * width + d]! * Math.sqrt(phi / (1 + phi));
      units[i * width + d] = value;
      square += value * value;
    }
    const scale = 1 / Math.sqrt(square);
    for (let d = 0; d < width; d++) units[i * width + d]! *= scale;
  }
  const values = new Float32Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) {
      let dot = 0;
      for (let d = 0; d < width; d++) dot += units[i * width + d]! * units[j * width + d]!;
      values[i * rows + j] = dot;
      values[j * rows + i] = dot;
    }
  }
  return { size: rows, values };
}
