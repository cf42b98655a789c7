/** Loudness is taken over 32 ms: shorter, and steady noise trembles by itself. */
const STEP_SAMPLES = 512;
const QUIET_SHARE = 0.05;
const LOUD_SHARE = 0.95;

/** By how many decibels the loud moments of a sound (16 kHz) stand above its quiet ones; `Infinity` if under 0.1 s. */
export function levelRiseDb(samples: Float32Array): number {
  const levels = Float32Array.from({ length: Math.floor(samples.length / STEP_SAMPLES) }, (_, step) => {
    let power = 0;
    for (let i = step * STEP_SAMPLES; i < (step + 1) * STEP_SAMPLES; i++) power += samples[i]! ** 2;
    return 10 * Math.log10(power / STEP_SAMPLES + 1e-10);
  }).toSorted();
  if (levels.length < 4) return Infinity;
  return levels[Math.floor(levels.length * LOUD_SHARE)]! - levels[Math.floor(levels.length * QUIET_SHARE)]!;
}
