import { SAMPLE_RATE } from '../../audio/pcm-file.ts';

/** Analysis frames are 25 ms long and start every 10 ms; the last one lies wholly inside the recording. */
export const FRAME_SAMPLES = 400;
export const HOP_SAMPLES = 160;
export const FRAMES_PER_SECOND = SAMPLE_RATE / HOP_SAMPLES;

/** How many whole frames `sampleCount` samples hold. */
export function frameCountOf(sampleCount: number): number {
  return sampleCount < FRAME_SAMPLES ? 0 : 1 + Math.floor((sampleCount - FRAME_SAMPLES) / HOP_SAMPLES);
}
