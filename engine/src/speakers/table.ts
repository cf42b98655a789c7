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

/** Mean of each column; zeros where the table has no rows. */
function columnMeans({ rows, width, data }: Table): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) means[j]! += data[i * width + j]!;
  }
  for (let j = 0; j < width; j++) means[j]! /= Math.max(1, rows);
  return means;
}

/** Takes the mean of every column away, in place. */
export function centreColumns(table: Table): void {
  const means = columnMeans(table);
  for (let i = 0; i < table.rows; i++) {
    for (let j = 0; j < table.width; j++) table.data[i * table.width + j]! -= means[j]!;
  }
}
