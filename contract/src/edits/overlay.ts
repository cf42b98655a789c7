import type { Original } from './original.ts';

/** Places from `first` to `last`, both included. */
export interface PlaceRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What people changed of a transcript, kept beside it: the original is never touched. Ranges of each list are in order
 * and have no place in common; what lies beyond the last word is passed over.
 */
export interface Overlay {
  /** What speakers are called, by their numbers. */
  readonly names: Readonly<Record<string, string>>;
  /** Words that are shown as another text; as none, where it is empty. */
  readonly texts: readonly TextEdit[];
  /** Words that are given to another speaker than the original gives them to. */
  readonly voices: readonly VoiceEdit[];
  /** Suppressed words that are shown after all. */
  readonly restored: readonly PlaceRange[];
}

export interface TextEdit extends PlaceRange {
  readonly text: string;
}

export interface VoiceEdit extends PlaceRange {
  readonly speaker: number;
}

export const NO_EDITS: Overlay = { names: {}, texts: [], voices: [], restored: [] };

/** What an overlay may hold. Lengths are in UTF-16 units. */
export const EDIT_LIMITS = {
  /** In each list. */
  ranges: 20_000,
  nameLength: 80,
  /** Of one text edit. A field in which a segment is edited stays below it if it takes `addedLength` more than it had. */
  textLength: 4000,
  addedLength: 2000,
  highestSpeaker: 999,
  bodyBytes: 2_000_000,
} as const;

/** Who says each word, suppressed ones included, by place. */
export function voicesOf({ words, segments }: Original, { voices }: Pick<Overlay, 'voices'>): number[] {
  const speakers = words.map(({ segment }) => segments[segment]!.speaker);
  for (const { first, last, speaker } of voices) speakers.fill(speaker, first, last + 1);
  return speakers;
}

/** Which words are part of the transcript, by place: all but suppressed ones that were not restored. */
export function presenceOf(
  { words, segments }: Original,
  { restored }: Pick<Overlay, 'restored'>,
): boolean[] {
  const present = words.map(({ segment }) => segments[segment]!.reason === undefined);
  for (const { first, last } of restored) present.fill(true, first, last + 1);
  return present;
}

/** Places as ranges, each as long as `kindOf` says the same and not undefined. */
export function rangesOf<Kind>(
  places: Iterable<number>,
  kindOf: (place: number) => Kind | undefined,
): (PlaceRange & { readonly kind: Kind })[] {
  const ranges: { first: number; last: number; kind: Kind }[] = [];
  for (const place of places) {
    const kind = kindOf(place);
    if (kind === undefined) continue;
    const open = ranges.at(-1);
    if (open?.kind === kind && open.last === place - 1) open.last = place;
    else ranges.push({ first: place, last: place, kind });
  }
  return ranges;
}
