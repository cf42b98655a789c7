const LOWEST_HZ = 60;
const HIGHEST_HZ = 7600;
const ENERGY_FLOOR = 1e-8;

interface Filter {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

/** Turns a power spectrum into the natural logarithms of its mel band energies, written to `out` from `at`. */
export type MelBank = (power: Float64Array, out: Float32Array, at: number) => void;

const melOf = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
const hzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/**
 * Triangular filters with centres evenly spaced on the mel scale from 60 to 7600 Hz, their corners at fractions of
 * a bin, without area normalisation.
 */
export function createMelBank(options: { bands: number; fftSize: number; sampleRate: number }): MelBank {
  const { bands, fftSize, sampleRate } = options;
  const step = (melOf(HIGHEST_HZ) - melOf(LOWEST_HZ)) / (bands + 1);
  const corner = (i: number): number => (hzOf(melOf(LOWEST_HZ) + i * step) * fftSize) / sampleRate;
  const filters = Array.from({ length: bands }, (_, i) => triangle(corner(i), corner(i + 1), corner(i + 2)));
  return (power, out, at) => {
    for (let band = 0; band < bands; band++) {
      const { firstBin, weights } = filters[band]!;
      let energy = ENERGY_FLOOR;
      for (let k = 0; k < weights.length; k++) energy += weights[k]! * power[firstBin + k]!;
      out[at + band] = Math.log(energy);
    }
  };
}

function triangle(left: number, centre: number, right: number): Filter {
  const firstBin = Math.ceil(left);
  const weights = Float64Array.from({ length: Math.floor(right) - firstBin + 1 }, (_, i) => {
    const bin = firstBin + i;
    return Math.max(0, Math.min((bin - left) / (centre - left), (right - bin) / (right - centre)));
  });
  return { firstBin, weights };
}
