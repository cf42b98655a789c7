import type { Stretch } from '../evidence/stretch.ts';
import { joinVoices, type JoiningRules } from './join-voices.ts';
import {
  centred,
  createLikeness,
  joined,
  lengthInEFolds,
  secondsOf,
  voicesOf,
  type Voice,
} from './voices.ts';

/** How many voices are wanted, at least and at most. */
export interface CountBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * How much likelier to be two, in nats, voices of a short recording must be so that they are not joined, and how much
 * more for every e-fold that it is longer than that: among more stretches the oddest is odder by chance.
 */
const LEAST_LIKENESS = -1;
const LIKENESS_AN_E_FOLD = -3;

/**
 * Somebody who says less than this share is given to another: his voice and a cough, or an odd moment of somebody
 * else's, are hard to tell apart. In a long recording a few sentences are enough.
 */
const SMALLEST_SHARE = 0.04;
const SHORTEST_VOICE_SECONDS = { least: 0.6, most: 20 };

/**
 * Finds how many voices there are and which stretches are whose: a label for each stretch, counted from 0. Time and
 * memory grow with the square of the number of different prints.
 */
export function findVoices(options: {
  stretches: readonly Stretch[];
  betweenVariances: Float64Array;
  bounds: CountBounds;
}): Int32Array {
  const { stretches, betweenVariances, bounds } = options;
  const voices = callersOf(centred(voicesOf(stretches)), bounds);
  const labels = new Int32Array(stretches.length);
  joinVoices(voices, rulesFor(secondsOf(voices), bounds, betweenVariances)).forEach(({ members }, label) => {
    for (const member of members) labels[member] = label;
  });
  return labels;
}

function rulesFor(seconds: number, { min, max }: CountBounds, betweenVariances: Float64Array): JoiningRules {
  const { least, most } = SHORTEST_VOICE_SECONDS;
  return {
    likeness: createLikeness(betweenVariances, seconds),
    leastLikeness: LEAST_LIKENESS + LIKENESS_AN_E_FOLD * lengthInEFolds(seconds),
    shortestSeconds: Math.min(most, Math.max(least, SMALLEST_SHARE * seconds)),
    atLeast: min,
    atMost: max,
  };
}

/** The channels of a call are its speakers, unless somebody knows of more. */
function callersOf(voices: readonly Voice[], { min }: CountBounds): readonly Voice[] {
  if (min > 2 || voices.some(({ channel }) => channel === undefined)) return voices;
  const callers = Map.groupBy(voices, ({ channel }) => channel);
  return [...callers.values()].map((sides) => sides.reduce(joined));
}
