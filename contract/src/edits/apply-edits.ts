import type { Original, OriginalSegment } from './original.ts';
import { presenceOf, voicesOf, type Overlay, type PlaceRange, type TextEdit } from './overlay.ts';
import { textOf } from './spacing.ts';

/** A word as it is shown, and the places that it stands for: one, or all of the edit that wrote it. */
export interface EditedWord extends PlaceRange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly confidence: number;
  /** Set where its times are no measured ones. */
  readonly estimated?: true | undefined;
  readonly overlap?: true | undefined;
  /** Set where a person wrote it. */
  readonly edited?: true | undefined;
}

/** Words of one speaker in a row, at least one, that are of one segment of the original. */
export interface EditedSegment {
  readonly start: number;
  readonly end: number;
  readonly speaker: number;
  readonly text: string;
  readonly confidence: number;
  readonly estimated?: true | undefined;
  /** Set for words that had been suppressed. */
  readonly restored?: true | undefined;
  readonly words: readonly EditedWord[];
}

/** A person's words are beyond doubt. */
const CONFIDENCE_OF_PEOPLE = 1;

/**
 * The transcript as people have edited it, in order of the places. Without edits its segments are those of the
 * original. Never changes its arguments.
 */
export function applyEdits(original: Original, overlay: Overlay): EditedSegment[] {
  const voices = voicesOf(original, overlay);
  const places = placesBySegment(original);
  const groups: { segment: number; speaker: number; words: EditedWord[] }[] = [];
  for (const word of shownWords(original, overlay)) {
    const { segment } = original.words[word.first]!;
    const speaker = voices[word.first]!;
    const open = groups.at(-1);
    if (open?.segment === segment && open.speaker === speaker) open.words.push(word);
    else groups.push({ segment, speaker, words: [word] });
  }
  return groups.map(({ segment, speaker, words }) => ({
    speaker,
    ...composeSegment(words, { original: original.segments[segment]!, places: places[segment]! }),
  }));
}

/** Neighbouring segments of one speaker, as the reader of a transcript sees them. */
export function turnsOf(segments: readonly EditedSegment[]): EditedSegment[][] {
  const turns: EditedSegment[][] = [];
  for (const segment of segments) {
    const open = turns.at(-1);
    if (open?.[0]!.speaker === segment.speaker) open.push(segment);
    else turns.push([segment]);
  }
  return turns;
}

function* shownWords(original: Original, overlay: Overlay): Generator<EditedWord> {
  const present = presenceOf(original, overlay);
  const edits = overlay.texts.values();
  let edit = edits.next().value;
  for (let place = 0; place < original.words.length; place++) {
    if (edit?.first === place) {
      yield* writtenWords(original, present, edit);
      place = edit.last;
      edit = edits.next().value;
    } else if (present[place]) {
      const { segment: _, ...word } = original.words[place]!;
      yield { ...word, first: place, last: place };
    }
  }
}

/** What a person wrote, over the time of the words that it stands for, by length. Nothing, where none is present. */
function* writtenWords(
  { words }: Original,
  present: readonly boolean[],
  { first, last, text }: TextEdit,
): Generator<EditedWord> {
  const replaced = words.slice(first, last + 1).filter((_, index) => present[first + index]);
  if (replaced.length === 0) return;
  // The place of its first word that is present says whose it is.
  const range = { first: words.indexOf(replaced[0]!, first), last: Math.min(last, words.length - 1) };
  const [begin, end] = [replaced[0]!.start, Math.max(...replaced.map((word) => word.end))];
  const texts = text.split(/\s+/).filter((each) => each !== '');
  const secondsOfCharacter = (end - begin) / texts.join('').length;
  let start = begin;
  for (const each of texts) {
    const next = start + each.length * secondsOfCharacter;
    const times = { start: toMilliseconds(start), end: toMilliseconds(next) };
    yield { ...times, text: each, confidence: CONFIDENCE_OF_PEOPLE, estimated: true, edited: true, ...range };
    start = next;
  }
}

/** Where the original's segments have their first and last words. */
function placesBySegment({ words, segments }: Original): (PlaceRange & { readonly count: number })[] {
  const places = segments.map(() => ({ first: -1, last: -1, count: 0 }));
  for (const [place, { segment }] of words.entries()) {
    const range = places[segment]!;
    if (range.count === 0) range.first = place;
    range.last = place;
    range.count += 1;
  }
  return places;
}

/** A segment begins and ends a little before and after its words: what holds its first or last one has that, too. */
function composeSegment(
  words: readonly EditedWord[],
  from: { original: OriginalSegment; places: PlaceRange & { readonly count: number } },
): Omit<EditedSegment, 'speaker'> {
  const { original, places } = from;
  const [begin, end] = [words[0]!, words.at(-1)!];
  const isUntouched = words.length === places.count && !words.some(({ edited }) => edited);
  return {
    start: begin.first <= places.first ? Math.min(original.start, begin.start) : begin.start,
    end: end.last >= places.last ? Math.max(original.end, end.end) : end.end,
    text: textOf(words.map(({ text }) => text)).trim(),
    confidence: isUntouched ? original.confidence : meanConfidence(words),
    ...(words.some(({ estimated }) => estimated) && { estimated: true as const }),
    ...(original.reason !== undefined && { restored: true as const }),
    words,
  };
}

function meanConfidence(words: readonly EditedWord[]): number {
  const sum = words.reduce((total, { confidence }) => total + confidence, 0);
  return toMilliseconds(sum / words.length);
}

const toMilliseconds = (value: number): number => Math.round(value * 1000) / 1000;
