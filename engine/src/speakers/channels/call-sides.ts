import { LEVELS_PER_SECOND } from '../../audio/channel-levels.ts';
import type { SpeechRegion } from '../../types.ts';

/** Sound this far below the mean of all speech says nothing of who speaks: −20 dB. */
const AUDIBLE_SHARE = 0.01;

/** On a call the side that speaks is louder than the other by this much, whatever leaks through: 10 dB. */
const APART_RATIO = 10;

/** Most of the speech must be on one channel alone (the rest is both at once), and some of it on each. */
const LEAST_SHARE_APART = 0.75;
const LEAST_SHARE_A_SIDE = 0.03;

/** Who speaks is decided over this much on both sides of a moment: a word or two. */
const HALF_WINDOW_STEPS = 0.25 * LEVELS_PER_SECOND;

/** A difference counts up to this, so that one bang does not outweigh a word: 20 dB, in nepers of power. */
const MOST_DIFFERENCE = Math.log(100);

/** Added to levels before they are compared: −80 dB, far below any speech. */
const FLOOR = 1e-8;

/** The channel that is louder round a moment, given in steps of 10 ms: 0 is left, 1 is right. */
export type SideAt = (step: number) => number;

/**
 * Whether a recording of two channels is a call with one side on each, and which side speaks when. It is one where
 * nearly all speech is on one channel or the other: voices that both microphones of a room hear, or that are mixed to
 * the middle, differ by a few decibels only.
 *
 * @param levels mean squares of the channels in turns, every 10 ms
 * @returns undefined where it is no call
 */
export function findSides(levels: Float32Array, regions: readonly SpeechRegion[]): SideAt | undefined {
  const spoken = regions.flatMap(({ start, end }) => {
    const first = Math.ceil(start * LEVELS_PER_SECOND);
    const last = Math.min(levels.length / 2, Math.floor(end * LEVELS_PER_SECOND));
    return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  });
  const louder = (i: number) => Math.max(levels[2 * i]!, levels[2 * i + 1]!);
  const mean = spoken.reduce((sum, i) => sum + louder(i), 0) / spoken.length;
  const audible = spoken.filter((i) => louder(i) > AUDIBLE_SHARE * mean);
  const difference = (i: number) => Math.log((levels[2 * i]! + FLOOR) / (levels[2 * i + 1]! + FLOOR));
  const share = (test: (value: number) => boolean) =>
    audible.filter((i) => test(difference(i))).length / audible.length;
  const left = share((value) => value > Math.log(APART_RATIO));
  const right = share((value) => value < -Math.log(APART_RATIO));
  const isCall = left + right >= LEAST_SHARE_APART && Math.min(left, right) >= LEAST_SHARE_A_SIDE;
  return isCall ? louderSide(levels) : undefined;
}

/** Compares the channels by the sum of their differences round a moment, the louder parts counting more. */
function louderSide(levels: Float32Array): SideAt {
  const count = levels.length / 2;
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    const [left, right] = [levels[2 * i]! + FLOOR, levels[2 * i + 1]! + FLOOR];
    const difference = Math.max(-MOST_DIFFERENCE, Math.min(MOST_DIFFERENCE, Math.log(left / right)));
    sums[i + 1] = sums[i]! + difference * Math.sqrt(Math.max(left, right));
  }
  return (step) => {
    const from = Math.max(0, Math.min(count, step - HALF_WINDOW_STEPS));
    const to = Math.max(0, Math.min(count, step + HALF_WINDOW_STEPS));
    return sums[to]! >= sums[from]! ? 0 : 1;
  };
}
