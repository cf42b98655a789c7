import { SAMPLE_RATE, type PcmFile } from '../../audio/pcm-file.ts';

const TARGET_RMS = 0.05;
const BLOCK_SAMPLES = 10 * SAMPLE_RATE;

/** The factor that brings the whole recording to a root mean square of 0.05, so that loudness tells nothing. */
export function levelGain(pcm: PcmFile): number {
  let energy = 0;
  for (let from = 0; from < pcm.sampleCount; from += BLOCK_SAMPLES) {
    const samples = pcm.read(from, from + BLOCK_SAMPLES);
    for (let i = 0; i < samples.length; i++) energy += samples[i]! * samples[i]!;
  }
  return TARGET_RMS / (Math.sqrt(energy / Math.max(1, pcm.sampleCount)) + 1e-9);
}
