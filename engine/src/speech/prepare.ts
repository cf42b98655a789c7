import { decodeToPcm, type DecodeOptions } from '../audio/decode.ts';
import { FULL_SCALE, SAMPLE_RATE } from '../audio/pcm-file.ts';
import type { Interval, SpeechRegion } from '../types.ts';
import { FRAME_SAMPLES, FRAME_SECONDS, type SpeechModel } from './detector.ts';
import { trackLevels } from './levels.ts';
import { trackRegions } from './regions.ts';
import { cutWindows, type RecognitionWindow } from './windows.ts';

/** A window with what the recogniser needs besides its samples: the probability of speech in each 32 ms of it. */
export interface SpeechWindow extends RecognitionWindow {
  readonly speech: Float32Array;
}

/** What became final while the recording was read on. */
export interface PreparedPart {
  readonly decodedSeconds: number;
  readonly regions: readonly SpeechRegion[];
  readonly windows: readonly SpeechWindow[];
  /** How loud it is, in bytes (see `trackLevels`). */
  readonly levels: Uint8Array;
}

/** Audio is looked at in blocks of this length: long enough to know how loud the recording is. */
const BLOCK_FRAMES = Math.round(10 / FRAME_SECONDS);
/** The loudest second of a recording is brought up to this root mean square: the detector misses quiet speech. */
const WANTED_LEVEL = 0.05;
const LARGEST_GAIN = 30;

/**
 * Decodes a recording to 16 kHz and finds the speech in it, in one pass: recognition of the first window may begin
 * while the rest is still being read. Memory grows by 16 bytes for each 32 ms of audio.
 *
 * @throws UnusableAudioError when nothing can be decoded
 */
export async function* prepareRecording(
  options: DecodeOptions,
  model: SpeechModel,
): AsyncGenerator<PreparedPart> {
  const detector = model.detector();
  const tracker = trackRegions();
  const loudness = trackLevels();
  const probabilities: number[] = [];
  const energies: number[] = [];
  const cutter = cutWindows((within) => quietestTime(energies, within));
  let gain = LARGEST_GAIN;

  for (const block of blocksOf(decodeToPcm(options))) {
    const blockEnergies = energiesOf(block);
    energies.push(...blockEnergies);
    gain = Math.min(gain, WANTED_LEVEL / (loudestLevel(energies.slice(-BLOCK_FRAMES)) + 1e-9));
    const found = await detector.push(block.map((sample) => clip(sample * Math.max(1, gain))));
    probabilities.push(...found);
    const regions = tracker.push(found);
    yield part({ regions, windows: cutter.push(regions), levels: loudness.push(blockEnergies) });
  }
  const last = tracker.finish();
  const rest = [...cutter.push(last), ...cutter.finish()];
  yield part({ regions: last, windows: rest, levels: loudness.finish() });

  function part({
    windows,
    ...found
  }: Pick<PreparedPart, 'regions' | 'levels'> & { windows: RecognitionWindow[] }): PreparedPart {
    const decodedSeconds = probabilities.length * FRAME_SECONDS;
    const withSpeech = windows.map((window) => ({
      ...window,
      speech: speechWithin(window, probabilities),
    }));
    return { ...found, decodedSeconds, windows: withSpeech };
  }
}

/** Regroups decoded frames of any size to whole detector frames; the end is filled up with silence. */
function* blocksOf(frames: Iterable<Int16Array>): Generator<Float32Array> {
  let block = new Float32Array(BLOCK_FRAMES * FRAME_SAMPLES);
  let filled = 0;
  for (const frame of frames) {
    // Not by iterators, here and below: they are slow over typed arrays, and these are all samples there are.
    for (let i = 0; i < frame.length; i++) {
      block[filled++] = frame[i]! / FULL_SCALE;
      if (filled < block.length) continue;
      yield block;
      block = new Float32Array(block.length);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, Math.ceil(filled / FRAME_SAMPLES) * FRAME_SAMPLES);
}

function energiesOf(block: Float32Array): number[] {
  const energies: number[] = [];
  for (let start = 0; start < block.length; start += FRAME_SAMPLES) {
    energies.push(meanSquare(block.subarray(start, start + FRAME_SAMPLES)));
  }
  return energies;
}

function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return sum / samples.length;
}

/** Root mean square of the loudest second. */
function loudestLevel(energies: readonly number[]): number {
  const framesASecond = Math.round(1 / FRAME_SECONDS);
  let loudest = 0;
  for (let start = 0; start < energies.length; start += framesASecond) {
    const second = energies.slice(start, start + framesASecond);
    loudest = Math.max(loudest, second.reduce((sum, energy) => sum + energy, 0) / second.length);
  }
  return Math.sqrt(loudest);
}

function clip(sample: number): number {
  return Math.max(-1, Math.min(1, sample));
}

/** The middle of the least loud tenth of a second in an interval. */
function quietestTime(energies: readonly number[], within: Interval): number {
  const last = Math.min(energies.length - 2, Math.floor(within.end / FRAME_SECONDS) - 1);
  let best = Math.ceil(within.start / FRAME_SECONDS) + 1;
  for (let frame = best; frame <= last; frame++) {
    if (loudness(frame) < loudness(best)) best = frame;
  }
  return (best + 0.5) * FRAME_SECONDS;

  function loudness(frame: number): number {
    return energies[frame - 1]! + energies[frame]! + energies[frame + 1]!;
  }
}

function speechWithin(window: Interval, probabilities: readonly number[]): Float32Array {
  const first = Math.round((window.start * SAMPLE_RATE) / FRAME_SAMPLES);
  const last = Math.ceil((window.end * SAMPLE_RATE) / FRAME_SAMPLES);
  return Float32Array.from(probabilities.slice(first, last));
}
