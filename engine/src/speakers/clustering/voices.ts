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
 * observation is 1): the mood and the place in the room are the recording's, not the voice's. Without it single
 * readers are split as soon as they have read for a minute.
 */
const VARIANCE_OF_MOODS = 0.2;

/** A function giving how much likelier two voices are to be one person's than two people's, in nats. */
export type Likeness = (a: Voice, b: Voice) => number;

/**
 * Compares two means: a voice is drawn from N(0, φ) and its prints scatter round it with unit variance
 * (two-covariance model; Brümmer and de Villiers, "The speaker partitioning problem", 2010). What belongs to one
 * voice alone is computed once for each, since this runs for every pair.
 */
export function createLikeness(betweenVariances: Float64Array): Likeness {
  const alone = new WeakMap<Voice, ReturnType<typeof describe>>();
  const described = (voice: Voice) => {
    const known = alone.get(voice) ?? describe(voice, betweenVariances);
    alone.set(voice, known);
    return known;
  };
  return (a, b) => {
    const [first, second] = [described(a), described(b)];
    const sum = first.variance + second.variance;
    const product = first.variance * second.variance;
    let exponent = 0;
    // One logarithm for all dimensions: with 60 of them the product stays far from the smallest number there is.
    let shrinkage = 1;
    for (let d = 0; d < betweenVariances.length; d++) {
      const phi = betweenVariances[d]!;
      const [x, y] = [a.mean[d]!, b.mean[d]!];
      const determinant = phi * sum + product;
      const apart = x - y;
      exponent += (phi * apart * apart + second.variance * x * x + first.variance * y * y) / determinant;
      shrinkage *= determinant * first.precisions[d]! * second.precisions[d]!;
    }
    return -0.5 * (exponent - first.exponent - second.exponent + Math.log(shrinkage));
  };
}

/** The variance of a voice's mean round the voice, its precisions round nought, and its exponent on its own. */
function describe({ mean, seconds }: Voice, betweenVariances: Float64Array) {
  const variance = VARIANCE_OF_MOODS + 1 / (OBSERVATIONS_A_SECOND * seconds);
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
