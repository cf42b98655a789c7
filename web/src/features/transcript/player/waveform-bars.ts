/** A stretch of the recording in which one speaker speaks. */
interface Spoken {
  readonly start: number;
  readonly end: number;
  readonly speaker: number;
}

export interface Loudness {
  /** A value each, 0 is silence and 255 as loud as can be. */
  readonly levels: Uint8Array;
  readonly secondsPerLevel: number;
}

export interface WaveformBar {
  /** From 0 to 1. */
  readonly height: number;
  /** Who speaks most of the time; undefined where nobody does. */
  readonly speaker: number | undefined;
}

/** Of a recording whose loudness was not kept, there is still to see who speaks when. */
const FLAT = 0.4;

/**
 * A recording as so many bars, each as high as it is loud in its time.
 *
 * @param loudness null where it is not known: all bars are of one height
 */
export function barsOf(recording: {
  durationSeconds: number;
  loudness: Loudness | null;
  spoken: readonly Spoken[];
  count: number;
}): WaveformBar[] {
  const { durationSeconds, loudness, spoken, count } = recording;
  const heights = loudness ? heightsOf(loudness, { durationSeconds, count }) : undefined;
  const speakers = speakersOf(spoken, { durationSeconds, count });
  return speakers.map((speaker, index) => ({ height: heights?.[index] ?? FLAT, speaker }));
}

interface Scale {
  readonly durationSeconds: number;
  readonly count: number;
}

/** The loudest of each bar's time. */
function heightsOf({ levels, secondsPerLevel }: Loudness, { durationSeconds, count }: Scale): number[] {
  const levelsPerBar = durationSeconds / secondsPerLevel / count;
  return Array.from({ length: count }, (_, index) => {
    const first = Math.floor(index * levelsPerBar);
    const end = Math.max(first + 1, Math.floor((index + 1) * levelsPerBar));
    let loudest = 0;
    for (let at = first; at < end; at += 1) loudest = Math.max(loudest, levels[at] ?? 0);
    return loudest / 255;
  });
}

function speakersOf(spoken: readonly Spoken[], { durationSeconds, count }: Scale): (number | undefined)[] {
  const secondsPerBar = durationSeconds / count;
  const shares = Array.from({ length: count }, () => new Map<number, number>());
  for (const { start, end, speaker } of spoken) {
    const last = Math.min(count - 1, Math.floor(end / secondsPerBar));
    for (let bar = Math.floor(start / secondsPerBar); bar <= last; bar += 1) {
      const seconds = Math.min(end, (bar + 1) * secondsPerBar) - Math.max(start, bar * secondsPerBar);
      const share = shares[bar]!;
      share.set(speaker, (share.get(speaker) ?? 0) + seconds);
    }
  }
  return shares.map((share) => [...share].sort(([, one], [, other]) => other - one)[0]?.[0]);
}
