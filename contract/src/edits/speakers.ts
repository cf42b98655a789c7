import type { EditedSegment } from './apply-edits.ts';
import type { Original } from './original.ts';
import { EDIT_LIMITS, rangesOf, voicesOf, type Overlay, type PlaceRange } from './overlay.ts';
import { onOneLine } from './spacing.ts';

export interface EditedSpeaker {
  readonly speaker: number;
  /** The name that was given, else the number. */
  readonly label: string;
  /** How long this speaker speaks, all told. */
  readonly seconds: number;
  readonly words: number;
}

export const labelOf = ({ names }: Pick<Overlay, 'names'>, speaker: number): string =>
  names[speaker] ?? `Speaker ${speaker}`;

/** Those who say something in an edited transcript, by number. */
export function speakersOf(
  segments: readonly EditedSegment[],
  overlay: Pick<Overlay, 'names'>,
): EditedSpeaker[] {
  const bySpeaker = new Map<number, { seconds: number; words: number }>();
  for (const { speaker, start, end, words } of segments) {
    const { seconds, words: count } = bySpeaker.get(speaker) ?? { seconds: 0, words: 0 };
    bySpeaker.set(speaker, { seconds: seconds + end - start, words: count + words.length });
  }
  return [...bySpeaker]
    .sort(([one], [other]) => one - other)
    .map(([speaker, { seconds, words }]) => ({
      speaker,
      label: labelOf(overlay, speaker),
      seconds: Math.round(seconds * 100) / 100,
      words,
    }));
}

/** A number that no speaker of the transcript has had: who gets words under it is a new speaker. */
export function newSpeaker({ segments }: Original, { names, voices }: Overlay): number {
  const taken = [
    ...segments.map(({ speaker }) => speaker),
    ...voices.map(({ speaker }) => speaker),
    ...Object.keys(names).map(Number),
  ];
  return taken.reduce((highest, number) => Math.max(highest, number), 0) + 1;
}

/** Calls a speaker by a name everywhere; by the number again, where the name is empty. */
export function renameSpeaker(
  overlay: Overlay,
  { speaker, name }: { speaker: number; name: string },
): Overlay {
  const { [speaker]: _, ...others } = overlay.names;
  const given = onOneLine(onOneLine(name).slice(0, EDIT_LIMITS.nameLength));
  return { ...overlay, names: given === '' ? others : { ...others, [speaker]: given } };
}

/** Gives words, suppressed ones among them or not, to a speaker. Words of one text edit go together. */
export function giveWordsTo(
  original: Original,
  overlay: Overlay,
  { words, speaker }: { words: readonly PlaceRange[]; speaker: number },
): Overlay {
  const voices = voicesOf(original, overlay);
  for (const { first, last } of words) voices.fill(speaker, first, last + 1);
  return withVoices(original, overlay, voices);
}

/** Gives whole segments of the edited transcript to a speaker. */
export function giveSegmentsTo(
  original: Original,
  overlay: Overlay,
  { segments, speaker }: { segments: readonly EditedSegment[]; speaker: number },
): Overlay {
  return giveWordsTo(original, overlay, { words: segments.flatMap(({ words }) => words), speaker });
}

/** Makes two speakers one, in suppressed words, too. A name that only the first had goes with the words. */
export function mergeSpeakers(
  original: Original,
  overlay: Overlay,
  { from, into }: { from: number; into: number },
): Overlay {
  if (from === into) return overlay;
  const voices = voicesOf(original, overlay).map((speaker) => (speaker === from ? into : speaker));
  const { [from]: name, ...names } = overlay.names;
  const named = name === undefined || names[into] !== undefined ? names : { ...names, [into]: name };
  return { ...withVoices(original, overlay, voices), names: named };
}

/** Only what differs from the original is kept. */
function withVoices(original: Original, overlay: Overlay, speakers: readonly number[]): Overlay {
  const { words, segments } = original;
  const others = rangesOf(words.keys(), (place) =>
    speakers[place] === segments[words[place]!.segment]!.speaker ? undefined : speakers[place],
  );
  return { ...overlay, voices: others.map(({ first, last, kind }) => ({ first, last, speaker: kind })) };
}
