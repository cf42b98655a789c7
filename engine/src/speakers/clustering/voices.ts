import type { Stretch } from '../evidence/stretch.ts';

/** A voice as far as it is known: some stretches of speech that are taken to be one person's. */
export interface Voice {
  /** The mean of its prints, each weighted by its length. */
  readonly mean: Float64Array;
  readonly seconds: number;
  /** The stretches, by number. */
  readonly members: readonly number[];
  /** The channel that the voice is alone on, where that is known. */
  readonly channel?: number | undefined;
}

/**
 * Independent observations of a voice that a second of speech is worth. Prints of neighbouring sounds share the
 * sentence, the mood and the distance to the microphone, so it is far less than one for each 1.5 s that the net was
 * trained on.
 */
const OBSERVATIONS_A_SECOND = 0.2;

/**
 * However long somebody speaks, the mean of his prints stays this uncertain (its variance, where that of a single
 * observation is 1): the mood, the effort and the place in the room are the moment's, not the voice's. The longer the
 * recording, the further they wander: so much more for every e-fold that it is longer than a short one. Without the
 * first single readers are split as soon as they have read for a minute, without the second in five minutes.
 */
const VARIANCE_OF_MOODS = { short: 0.2, anEFold: 0.05 };

/** After half an hour moods have wandered as far as they will. */
const SHORT_SECONDS = 15;
const LONG_SECONDS = 1800;

/** How many e-folds a recording with so much speech is longer than a short one: 0 up to 4.8. */
export function lengthInEFolds(seconds: number): number {
  return Math.log(Math.min(LONG_SECONDS, Math.max(SHORT_SECONDS, seconds)) / SHORT_SECONDS);
}

/** A voice for each print, in order. */
export function voicesOf(stretches: readonly Stretch[]): Voice[] {
  const voices = new Map<Float32Array, Voice>();
  stretches.forEach(({ start, end, print, channel }, i) => {
    const { seconds, members } = voices.get(print) ?? { seconds: 0, members: [] };
    const mean = Float64Array.from(print);
    voices.set(print, { mean, seconds: seconds + end - start, members: [...members, i], channel });
  });
  return [...voices.values()];
}

export function secondsOf(voices: readonly Voice[]): number {
  return voices.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** The mean of all speech is taken away, and most of the microphone and the room with it. */
export function centred(voices: readonly Voice[]): Voice[] {
  const all = secondsOf(voices);
  const centre = new Float64Array(voices[0]?.mean.length ?? 0);
  for (const { mean, seconds } of voices) {
    for (let d = 0; d < centre.length; d++) centre[d]! += (mean[d]! * seconds) / all;
  }
  return voices.map((voice) => ({ ...voice, mean: voice.mean.map((value, d) => value - centre[d]!) }));
}

/** A function giving how much likelier two voices are to be one person's than two people's, in nats. */
export type Likeness = (a: Voice, b: Voice) => number;

/**
 * Compares two means: a voice is drawn from N(0, φ) and its prints scatter round it with unit variance
 * (two-covariance model; Brümmer and de Villiers, "The speaker partitioning problem", 2010). What belongs to one
 * voice alone is computed once for each, since this runs for every pair.
 *
 * @param seconds of speech in the recording
 */
export function createLikeness(betweenVariances: Float64Array, seconds: number): Likeness {
  const { short, anEFold } = VARIANCE_OF_MOODS;
  const varianceOfMoods = short + anEFold * lengthInEFolds(seconds);
  const alone = new WeakMap<Voice, ReturnType<typeof describe>>();
  const described = (voice: Voice) => {
    const known = alone.get(voice) ?? describe(voice, { betweenVariances, varianceOfMoods });
    alone.set(voice, known);
    return known;
  };
  return (a, b) => {
    const first = described(a);
    const second = described(b);
    const sum = first.variance + second.variance;
    const product = first.variance * second.variance;
    let exponent = 0;
    // One logarithm for all dimensions: with 60 of them the product stays far from the smallest number there is.
    let shrinkage = 1;
    // No array is made in here: destructuring them took most of the time.
    for (let d = 0; d < betweenVariances.length; d++) {
      const phi = betweenVariances[d]!;
      const x = a.mean[d]!;
      const y = b.mean[d]!;
      const apart = x - y;
      const determinant = phi * sum + product;
      exponent += (phi * apart * apart + second.variance * x * x + first.variance * y * y) / determinant;
      shrinkage *= determinant * first.precisions[d]! * second.precisions[d]!;
    }
    return -0.5 * (exponent - first.exponent - second.exponent + Math.log(shrinkage));
  };
}

/** The variance of a voice's mean round the voice, its precisions round nought, and its exponent on its own. */
function describe(
  { mean, seconds }: Voice,
  { betweenVariances, varianceOfMoods }: { betweenVariances: Float64Array; varianceOfMoods: number },
) {
  const variance = varianceOfMoods + 1 / (OBSERVATIONS_A_SECOND * seconds);
  const precisions = betweenVariances.map((phi) => 1 / (phi + variance));
  const exponent = mean.reduce((sum, value, d) => sum + value * value * precisions[d]!, 0);
  return { variance, precisions, exponent };
}

export function joined(a: Voice, b: Voice): Voice {
  const seconds = a.seconds + b.seconds;
  const share = a.seconds / seconds;
  return {
    mean: a.mean.map((value, d) => share * value + (1 - share) * b.mean[d]!),
    seconds,
    members: [...a.members, ...b.members],
    channel: a.channel === b.channel ? a.channel : undefined,
  };
}
