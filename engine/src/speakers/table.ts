/** Numbers in rows of equal width, stored one row after another: a bounded, flat alternative to arrays of arrays. */
export interface Table {
  readonly rows: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** An empty table of zeros. */
export function createTable(rows: number, width: number): Table {
  return { rows, width, data: new Float32Array(rows * width) };
}

/** Rows `[from, to)` of a table, in the same memory. */
export function rowsOf({ width, data }: Table, from: number, to: number): Table {
  return { rows: to - from, width, data: data.subarray(from * width, to * width) };
}
