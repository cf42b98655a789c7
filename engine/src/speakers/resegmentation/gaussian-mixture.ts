import { logSumExp } from '../log-sum-exp.ts';
import type { Random } from '../random.ts';
import type { Table } from '../table.ts';

const ROUNDS = 6;

/** No component is narrower than this share of the frames' own variance. */
const NARROWEST = 0.05;

/** A mixture of Gaussians with diagonal covariances. */
export interface Mixture {
  readonly components: number;
  /** Per component: ln weight − ½ Σ ln 2πσ². */
  readonly constants: Float64Array;
  readonly means: Float64Array;
  /** Per component and dimension: 1 / (2σ²). */
  readonly precisions: Float64Array;
}

/** Fits a mixture to the given rows of `frames` by expectation-maximisation from randomly drawn frames. */
export function fitMixture(options: {
  frames: Table;
  rows: Int32Array;
  components: number;
  random: Random;
}): Mixture {
  const { frames, rows, components, random } = options;
  const { width, data } = frames;
  const whole = varianceOf(frames, rows);
  const means = new Float64Array(components * width);
  for (let c = 0; c < components; c++) {
    const row = rows[Math.floor(random() * rows.length)]!;
    means.set(data.subarray(row * width, (row + 1) * width), c * width);
  }
  const variances = Float64Array.from({ length: components * width }, (_, i) => whole[i % width]!);
  let mixture = mixtureOf({ weights: new Float64Array(components).fill(1 / components), means, variances });
  for (let round = 0; round < ROUNDS; round++) mixture = improve(mixture, { frames, rows, whole });
  return mixture;
}

/** Natural logarithm of the mixture's density at one row. `scratch` holds a number a component. */
export function logDensity(mixture: Mixture, data: Float32Array, at: number, scratch: Float64Array): number {
  componentLogs(mixture, data, at, scratch);
  return logSumExp(scratch, 0, mixture.components);
}

function componentLogs(mixture: Mixture, data: Float32Array, at: number, out: Float64Array): void {
  const { components, constants, means, precisions } = mixture;
  const width = means.length / components;
  for (let c = 0; c < components; c++) {
    let log = constants[c]!;
    const from = c * width;
    for (let d = 0; d < width; d++) {
      const difference = data[at + d]! - means[from + d]!;
      log -= difference * difference * precisions[from + d]!;
    }
    out[c] = log;
  }
}

function improve(mixture: Mixture, of: { frames: Table; rows: Int32Array; whole: Float64Array }): Mixture {
  const { frames, rows, whole } = of;
  const { width, data } = frames;
  const { components } = mixture;
  const counts = new Float64Array(components).fill(1e-3);
  const sums = new Float64Array(components * width);
  const squares = new Float64Array(components * width);
  const logs = new Float64Array(components);
  for (const row of rows) {
    const at = row * width;
    const total = logDensity(mixture, data, at, logs);
    for (let c = 0; c < components; c++) {
      const part = Math.exp(logs[c]! - total);
      if (part < 1e-6) continue;
      counts[c]! += part;
      const from = c * width;
      for (let d = 0; d < width; d++) {
        const x = data[at + d]!;
        sums[from + d]! += part * x;
        squares[from + d]! += part * x * x;
      }
    }
  }
  const all = counts.reduce((a, b) => a + b, 0);
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / width)]!);
  const variances = squares.map((square, i) =>
    Math.max(square / counts[Math.floor(i / width)]! - means[i]! ** 2, whole[i % width]! * NARROWEST),
  );
  return mixtureOf({ weights: counts.map((count) => count / all), means, variances });
}

function mixtureOf(parts: { weights: Float64Array; means: Float64Array; variances: Float64Array }): Mixture {
  const { weights, means, variances } = parts;
  const components = weights.length;
  const width = means.length / components;
  const constants = weights.map((weight, c) => {
    let log = Math.log(weight);
    for (let d = 0; d < width; d++) log -= 0.5 * Math.log(2 * Math.PI * variances[c * width + d]!);
    return log;
  });
  return { components, constants, means, precisions: variances.map((variance) => 0.5 / variance) };
}

function varianceOf({ width, data }: Table, rows: Int32Array): Float64Array {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (const row of rows) {
    for (let d = 0; d < width; d++) {
      const x = data[row * width + d]!;
      sums[d]! += x;
      squares[d]! += x * x;
    }
  }
  return squares.map((square, d) => Math.max(square / rows.length - (sums[d]! / rows.length) ** 2, 1e-6));
}
