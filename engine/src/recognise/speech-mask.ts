import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { FRAME_SAMPLES as DETECTOR_FRAME_SAMPLES } from '../speech/detector.ts';
import { ENCODER_FRAME_SECONDS, frameStart } from './encoder-frames.ts';

/** Loudness is taken in steps of 10 ms. */
const STEP_SAMPLES = SAMPLE_RATE / 100;

/**
 * Speech is what stands clear of the quietest steps nearby and is not too far below the loudest, in decibels. Nearby is
 * within two seconds: voices of one window differ in level, and their rooms in noise.
 */
const ABOVE_QUIETEST_DB = 8;
const BELOW_LOUDEST_DB = 32;
const QUIETEST_SHARE = 0.03;
const LOUDEST_SHARE = 0.95;
const NEARBY_STEPS = 200;
/** For so many steps together it is the same. */
const THRESHOLD_STEPS = 20;
/** Bursts shorter than 30 ms are clicks; gaps shorter than 120 ms are the closures of stops, inside words. */
const SHORTEST_BURST_STEPS = 3;
const SHORTEST_GAP_STEPS = 12;

/** Below the first the detector's probability counts as silence, from the second on as speech, linear between. */
const SILENCE_PROBABILITY = 0.15;
const SPEECH_PROBABILITY = 0.5;

export interface WindowSound {
  /** 16 kHz, mono. */
  readonly samples: Float32Array;
  /** The voice detector's probability of speech for each of its frames from the first sample on. */
  readonly speech: Float32Array;
}

/**
 * How sure each encoder frame is speech, 0 to 1: loudness gives sharp edges but takes any sound for speech, the voice
 * detector knows speech but is late and coarse; the product is both.
 */
export function speechOfFrames({ samples, speech }: WindowSound, frameCount: number): Float32Array {
  const loud = loudSteps(samples);
  return Float32Array.from({ length: frameCount }, (_, frame) => {
    const probability = probabilityAt(speech, frameStart(frame) + ENCODER_FRAME_SECONDS / 2);
    const ramp = (probability - SILENCE_PROBABILITY) / (SPEECH_PROBABILITY - SILENCE_PROBABILITY);
    return loudShare(loud, frame) * Math.min(1, Math.max(0, ramp));
  });
}

function probabilityAt(speech: Float32Array, seconds: number): number {
  const index = Math.floor((seconds * SAMPLE_RATE) / DETECTOR_FRAME_SAMPLES);
  return speech[Math.min(index, speech.length - 1)] ?? 0;
}

/** The share of an encoder frame's steps (two or three) that are loud. */
function loudShare(loud: Uint8Array, frame: number): number {
  const first = Math.round((frameStart(frame) * SAMPLE_RATE) / STEP_SAMPLES);
  const steps = loud.subarray(first, first + 3);
  return steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

function loudSteps(samples: Float32Array): Uint8Array {
  const levels = stepLevels(samples);
  const loud = new Uint8Array(levels.length);
  for (let start = 0; start < levels.length; start += THRESHOLD_STEPS) {
    const middle = start + THRESHOLD_STEPS / 2;
    const threshold = thresholdOf(levels.subarray(Math.max(0, middle - NEARBY_STEPS), middle + NEARBY_STEPS));
    const end = Math.min(start + THRESHOLD_STEPS, levels.length);
    for (let step = start; step < end; step++) loud[step] = levels[step]! > threshold ? 1 : 0;
  }
  flipShortRuns(loud, { value: 1, shorterThan: SHORTEST_BURST_STEPS, atEdges: true });
  flipShortRuns(loud, { value: 0, shorterThan: SHORTEST_GAP_STEPS, atEdges: false });
  return loud;
}

function thresholdOf(levels: Float32Array): number {
  const sorted = levels.toSorted();
  const quietest = sorted[Math.floor(sorted.length * QUIETEST_SHARE)]!;
  const loudest = sorted[Math.floor(sorted.length * LOUDEST_SHARE)]!;
  return Math.max(quietest + ABOVE_QUIETEST_DB, loudest - BELOW_LOUDEST_DB);
}

/** Mean power of each whole step in decibels. Digital silence is -100 dB, not minus infinity. */
function stepLevels(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: Math.floor(samples.length / STEP_SAMPLES) }, (_, step) => {
    let power = 0;
    for (let index = step * STEP_SAMPLES; index < (step + 1) * STEP_SAMPLES; index++)
      power += samples[index]! ** 2;
    return 10 * Math.log10(power / STEP_SAMPLES + 1e-10);
  });
}

interface ShortRuns {
  readonly value: 0 | 1;
  readonly shorterThan: number;
  /** Whether a run at the start or the end of the window, which may be longer than is seen, counts too. */
  readonly atEdges: boolean;
}

function flipShortRuns(steps: Uint8Array, { value, shorterThan, atEdges }: ShortRuns): void {
  let start = 0;
  while (start < steps.length) {
    let end = start + 1;
    while (end < steps.length && steps[end] === steps[start]) end++;
    const isInside = start > 0 && end < steps.length;
    if (steps[start] === value && end - start < shorterThan && (isInside || atEdges)) {
      steps.fill(1 - value, start, end);
    }
    start = end;
  }
}
