import FFT from 'fft.js';

import { FRAME_SAMPLES } from './frames.ts';

export const FFT_SIZE = 512;
const PRE_EMPHASIS = 0.97;

/**
 * Power spectrum of one frame: scaled by `gain`, pre-emphasised, Hamming-windowed. `samples[at]` is the frame's
 * first sample and `samples[at - 1]` the one before it; the recording's very first sample has none before it and
 * stays as it is. The returned array is reused by the next call.
 */
export type PowerSpectrum = (samples: Float32Array, at: number, gain: number) => Float64Array;

export function createPowerSpectrum(): PowerSpectrum {
  const fft = new FFT(FFT_SIZE);
  const window = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME_SAMPLES - 1)),
  );
  // fft.js runs on plain arrays by its types; typed arrays would make it megamorphic beside its own tables.
  const frame = Array.from({ length: FFT_SIZE }, () => 0);
  const spectrum = fft.createComplexArray();
  const power = new Float64Array(FFT_SIZE / 2 + 1);

  return (samples, at, gain) => {
    let before = at > 0 ? samples[at - 1]! : 0;
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const sample = samples[at + i]!;
      frame[i] = gain * (sample - PRE_EMPHASIS * before) * window[i]!;
      before = sample;
    }
    fft.realTransform(spectrum, frame);
    for (let k = 0; k < power.length; k++) {
      const re = spectrum[2 * k]!;
      const im = spectrum[2 * k + 1]!;
      power[k] = re * re + im * im;
    }
    return power;
  };
}
