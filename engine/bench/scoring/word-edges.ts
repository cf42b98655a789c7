import { SAMPLE_RATE } from '../../src/audio/pcm-file.ts';
import type { Interval } from '../../src/types.ts';
import type { SpokenLine } from '../references/stm.ts';

/** How far a line's first word begins, and its last word ends, from its first and last sound, in seconds. */
export interface EdgeErrors {
  readonly start: number;
  readonly end: number;
}

export interface EdgeFigures {
  /** Half of the edges are at most so far off, in seconds. */
  readonly median: number;
  /** Nine in ten are. */
  readonly ninthDecile: number;
}

/** A reader of LibriSpeech whose recordings are too noisy to see from the level alone where speech begins. */
const NOISY_READER = '1688';

const STEP_SAMPLES = SAMPLE_RATE / 100;
/** Sound is what stays this far above the line's quietest part and near its loudest, for five steps of 10 ms. */
const ABOVE_QUIETEST_DB = 10;
const BELOW_LOUDEST_DB = 30;
const SOUND_STEPS = 5;

/** The lines that nobody talks into and whose first and last sound can be told from the level. */
export function linesWithClearEdges(lines: readonly SpokenLine[]): SpokenLine[] {
  const isAlone = (line: SpokenLine) =>
    lines.every((other) => other === line || other.end <= line.start || other.start >= line.end);
  return lines.filter((line) => line.speaker !== NOISY_READER && isAlone(line));
}

/**
 * Compares the words of a line with what can be heard of it: the line's own times are those of the clip it was made
 * from, with the silence around the words. A line without words is wrong without bounds.
 *
 * @param line.words in order, in seconds from the start of the recording, as `line.place` is
 * @param line.samples the whole recording at 16 kHz
 */
export function edgeErrors(line: {
  words: readonly Interval[];
  place: Interval;
  samples: Float32Array;
}): EdgeErrors {
  const audible = audiblePart(line.samples, line.place);
  return {
    start: Math.abs((line.words[0]?.start ?? Infinity) - audible.start),
    end: Math.abs((line.words.at(-1)?.end ?? Infinity) - audible.end),
  };
}

export function edgeFigures(errorSeconds: readonly number[]): EdgeFigures {
  const at = quantiles(errorSeconds);
  return { median: at(0.5), ninthDecile: at(0.9) };
}

function audiblePart(samples: Float32Array, { start, end }: Interval): Interval {
  const first = Math.round((start * SAMPLE_RATE) / STEP_SAMPLES);
  const last = Math.round((end * SAMPLE_RATE) / STEP_SAMPLES);
  const levels = Array.from({ length: last - first }, (_, step) => {
    const piece = samples.subarray((first + step) * STEP_SAMPLES, (first + step + 1) * STEP_SAMPLES);
    return 10 * Math.log10(piece.reduce((sum, sample) => sum + sample ** 2, 0) / STEP_SAMPLES + 1e-10);
  });
  const at = quantiles(levels);
  const threshold = Math.max(at(0.05) + ABOVE_QUIETEST_DB, at(0.95) - BELOW_LOUDEST_DB);
  const sounds = levels.map((_, step) =>
    levels.slice(step, step + SOUND_STEPS).every((level) => level > threshold),
  );
  return {
    start: ((first + sounds.indexOf(true)) * STEP_SAMPLES) / SAMPLE_RATE,
    end: ((first + sounds.lastIndexOf(true, -SOUND_STEPS) + SOUND_STEPS) * STEP_SAMPLES) / SAMPLE_RATE,
  };
}

/** Gives the value that a share of the values lies below. */
function quantiles(values: readonly number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => sorted[Math.floor(sorted.length * share)]!;
}
