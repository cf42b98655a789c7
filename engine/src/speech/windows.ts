import type { Interval, SpeechRegion } from '../types.ts';

/**
 * A stretch of the recording that is recognised in one go. Windows follow each other without overlap.
 * Context is accuracy: on simulated talks the word error rate was 17.0 / 10.0 % with each region recognised alone and
 * 11.9 / 8.6 % with regions joined up to 20 s, so windows run across speaker turns.
 */
export type RecognitionWindow = Interval;

const LONGEST_SECONDS = 20;
/** A window that must be cut keeps at least this much, so that the rest of the sentence is not torn off its start. */
const SHORTEST_CUT_SECONDS = 8;
/** A pause of this length ends a window whatever its length: nothing is gained by recognising across it. */
const LONGEST_PAUSE_SECONDS = 1.2;
/** Silence kept on both sides, where there is any. */
const AIR_SECONDS = 0.2;

export interface WindowCutter {
  /** Takes final regions in order; gives the windows that are now final. */
  push(regions: readonly SpeechRegion[]): RecognitionWindow[];
  finish(): RecognitionWindow[];
}

/**
 * Joins speech regions to windows of at most 20 s, cut at the longest pause.
 *
 * @param quietest where in an interval somebody who must cut speech does the least harm, in seconds
 */
export function cutWindows(quietest: (within: Interval) => number): WindowCutter {
  let open: Interval[] = [];
  const ready: Interval[] = [];
  let lastEnd = 0;

  function emit(regions: Interval[], nextStart: number) {
    const first = regions[0]!;
    const last = regions.at(-1)!;
    const start = Math.max(first.start - AIR_SECONDS, (lastEnd + first.start) / 2);
    lastEnd = last.end;
    ready.push({ start, end: Math.min(last.end + AIR_SECONDS, (last.end + nextStart) / 2) });
  }

  function append(region: Interval) {
    const previous = open.at(-1);
    if (previous && region.start - previous.end >= LONGEST_PAUSE_SECONDS) {
      emit(open, region.start);
      open = [];
    }
    open.push(region);
    while (lengthOf(open) > LONGEST_SECONDS) {
      const [done, rest] = splitRegions(open, quietest);
      emit(done, rest[0]!.start);
      open = rest;
    }
  }

  return {
    push(regions) {
      regions.forEach(append);
      return ready.splice(0);
    },
    finish() {
      if (open.length > 0) emit(open, Infinity);
      open = [];
      return ready.splice(0);
    },
  };
}

function lengthOf(regions: readonly Interval[]): number {
  return regions.at(-1)!.end - regions[0]!.start;
}

/** Splits at the longest pause that leaves 8 to 20 s on the left, or inside a region where there is no such pause. */
function splitRegions(
  regions: readonly Interval[],
  quietest: (within: Interval) => number,
): [Interval[], Interval[]] {
  const origin = regions[0]!.start;
  const earliest = origin + SHORTEST_CUT_SECONDS;
  const latest = origin + LONGEST_SECONDS;
  let best = 0;
  let longest = 0;
  for (let index = 1; index < regions.length; index++) {
    const left = regions[index - 1]!.end;
    const pause = regions[index]!.start - left;
    if (left >= earliest && left <= latest && pause > longest) {
      best = index;
      longest = pause;
    }
  }
  if (best > 0) return [regions.slice(0, best), regions.slice(best)];
  return splitInside(regions, quietest({ start: earliest, end: latest }));
}

function splitInside(regions: readonly Interval[], cut: number): [Interval[], Interval[]] {
  const left = regions
    .filter((region) => region.start < cut)
    .map((region) => ({ ...region, end: Math.min(region.end, cut) }));
  const right = regions
    .filter((region) => region.end > cut)
    .map((region) => ({ ...region, start: Math.max(region.start, cut) }));
  return [left, right];
}
