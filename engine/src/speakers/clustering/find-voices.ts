import type { Stretch } from '../evidence/stretch.ts';
import { joinVoices, type JoiningRules } from './join-voices.ts';
import { createLikeness, joined, type Voice } from './voices.ts';

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
const LIKENESS_A_LENGTH = -3;
const SHORT_SECONDS = 15;

/** Somebody who says less than this share is given to another: his voice and a cough are hard to tell apart. */
const SMALLEST_SHARE = 0.04;
const SHORTEST_VOICE_SECONDS = { least: 0.6, most: 2.5 };

/** Every pair is compared, so a long recording is first thinned out: 120 voices in a row become 30 at a time. */
const MOST_AT_ONCE = 120;
const LEFT_OF_THEM = 30;

/**
 * Finds how many voices there are and which stretches are whose: a label for each stretch, counted from 0. The
 * recording's mean print is taken away first, and most of the microphone and the room with it. Time grows in
 * proportion to the number of stretches, memory is that of 120 squared.
 */
export function findVoices(options: {
  stretches: readonly Stretch[];
  betweenVariances: Float64Array;
  bounds: CountBounds;
}): Int32Array {
  const { stretches, betweenVariances, bounds } = options;
  const rules = rulesFor(stretches, bounds, betweenVariances);
  let voices = callersOf(singleVoices(stretches), bounds);
  while (voices.length > MOST_AT_ONCE) voices = thinOut(voices, rules);
  const labels = new Int32Array(stretches.length);
  joinVoices(voices, rules).forEach(({ members }, label) => {
    for (const member of members) labels[member] = label;
  });
  return labels;
}

function rulesFor(
  stretches: readonly Stretch[],
  { min, max }: CountBounds,
  betweenVariances: Float64Array,
): JoiningRules {
  const seconds = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  const lengths = Math.log(Math.max(1, seconds / SHORT_SECONDS));
  const { least, most } = SHORTEST_VOICE_SECONDS;
  return {
    likeness: createLikeness(betweenVariances),
    leastLikeness: LEAST_LIKENESS + LIKENESS_A_LENGTH * lengths,
    shortestSeconds: Math.min(most, Math.max(least, SMALLEST_SHARE * seconds)),
    atLeast: min,
    atMost: max,
  };
}

/** Each stretch as a voice of its own, centred on the recording. */
function singleVoices(stretches: readonly Stretch[]): Voice[] {
  const voices = stretches.map(({ start, end, print, channel }, i) => ({
    mean: Float64Array.from(print),
    seconds: end - start,
    members: [i],
    channel,
  }));
  const all = voices.reduce((sum, { seconds }) => sum + seconds, 0);
  const centre = new Float64Array(voices[0]?.mean.length ?? 0);
  for (const { mean, seconds } of voices) {
    for (let d = 0; d < centre.length; d++) centre[d]! += (mean[d]! * seconds) / all;
  }
  return voices.map((voice) => ({ ...voice, mean: voice.mean.map((value, d) => value - centre[d]!) }));
}

/** The channels of a call are its speakers, unless somebody knows of more. */
function callersOf(voices: readonly Voice[], { min }: CountBounds): readonly Voice[] {
  if (min > 2 || voices.some(({ channel }) => channel === undefined)) return voices;
  const callers = Map.groupBy(voices, ({ channel }) => channel);
  return [...callers.values()].map((sides) => sides.reduce(joined));
}

function thinOut(voices: readonly Voice[], rules: JoiningRules): Voice[] {
  const chunks = Math.ceil(voices.length / MOST_AT_ONCE);
  const size = Math.ceil(voices.length / chunks);
  return Array.from({ length: chunks }, (_, i) =>
    joinVoices(voices.slice(i * size, (i + 1) * size), {
      ...rules,
      leastLikeness: Infinity,
      shortestSeconds: 0,
      atLeast: LEFT_OF_THEM,
      atMost: LEFT_OF_THEM,
    }),
  ).flat();
}
