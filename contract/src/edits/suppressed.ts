import type { Original, OriginalSegment } from './original.ts';
import { presenceOf, rangesOf, voicesOf, type Overlay } from './overlay.ts';
import { textOf } from './spacing.ts';

/** What is left out of the transcript, as it would be in it. */
export interface LeftOut extends OriginalSegment {
  /** The index of the original's segment, by which it is restored. */
  readonly segment: number;
  readonly reason: string;
  readonly text: string;
  /** The places of its words. */
  readonly places: readonly number[];
}

/** The suppressed segments of which a word is still left out, in order. */
export function leftOut(original: Original, overlay: Overlay): LeftOut[] {
  const present = presenceOf(original, overlay);
  const voices = voicesOf(original, overlay);
  const placesOf = new Map<number, number[]>();
  for (const [place, { segment }] of original.words.entries()) {
    if (present[place]) continue;
    const places = placesOf.get(segment);
    if (places) places.push(place);
    else placesOf.set(segment, [place]);
  }
  return [...placesOf].map(([segment, places]) => {
    const { reason = '', ...rest } = original.segments[segment]!;
    const text = textOf(places.map((place) => original.words[place]!.text));
    return { ...rest, reason, segment, speaker: voices[places[0]!]!, text, places };
  });
}

/** Puts a suppressed segment back among the others, as if it had been believed. */
export function restoreSuppressed(original: Original, overlay: Overlay, segment: number): Overlay {
  const present = presenceOf(original, overlay);
  const { words } = original;
  return withRestored(original, overlay, (place) => present[place]! || words[place]!.segment === segment);
}

/** Puts back all that was suppressed. */
export const restoreAll = (original: Original, overlay: Overlay): Overlay =>
  withRestored(original, overlay, () => true);

function withRestored(
  { words, segments }: Original,
  overlay: Overlay,
  isWanted: (place: number) => boolean,
): Overlay {
  const ranges = rangesOf(words.keys(), (place) => {
    const isSuppressed = segments[words[place]!.segment]!.reason !== undefined;
    return isSuppressed && isWanted(place) ? true : undefined;
  });
  return { ...overlay, restored: ranges.map(({ first, last }) => ({ first, last })) };
}
