import { diffArrays } from 'diff';

import type { EditedSegment, EditedWord } from './apply-edits.ts';
import type { Original } from './original.ts';
import { presenceOf, rangesOf, type Overlay, type PlaceRange, type TextEdit } from './overlay.ts';
import { onOneLine, textOf, tokensOf } from './spacing.ts';

/** Beyond so many differences a text is taken to be another one: to look for what is left of the old would take long. */
const MOST_DIFFERENCES = 2000;

/**
 * Shows a segment of the edited transcript as another text. Words that are in both texts keep what is known of them;
 * each of the others stands for as few of the original's words as possible. Where the original's text comes back, so do
 * its words.
 */
export function replaceText(
  original: Original,
  overlay: Overlay,
  { segment, text }: { segment: EditedSegment; text: string },
): Overlay {
  const hunks = findHunks(unitsOf(segment.words), tokensOf(onOneLine(text)));
  if (hunks.length === 0) return overlay;
  const present = presenceOf(original, overlay);
  const isRewritten = ({ first, last }: PlaceRange) =>
    hunks.some((hunk) => first <= hunk.last && last >= hunk.first);
  const written = hunks.flatMap((hunk) => writeHunk(hunk, present)).filter((edit) => isNew(original, edit));
  const texts = [...overlay.texts.filter((edit) => !isRewritten(edit)), ...written];
  return { ...overlay, texts: texts.sort((a, b) => a.first - b.first) };
}

/** Words that change together: one of the original's, or all that one edit has written. */
interface Unit extends PlaceRange {
  readonly tokens: readonly string[];
}

/** A part of a text that changes, and what it becomes. */
type Hunk = Unit;

function unitsOf(words: readonly EditedWord[]): Unit[] {
  const units: { first: number; last: number; tokens: string[] }[] = [];
  for (const { first, last, text } of words) {
    const open = units.at(-1);
    if (open?.first === first) open.tokens.push(...tokensOf(text));
    else units.push({ first, last, tokens: tokensOf(text) });
  }
  return units;
}

/** What of the units changes, as few of them as possible. What is put between two of them changes the one before it. */
function findHunks(units: readonly Unit[], tokens: readonly string[]): Hunk[] {
  const starts = findKept(units, tokens);
  const endBefore = (index: number): number | undefined => {
    if (index === 0) return 0;
    const start = starts[index - 1];
    return start === undefined ? undefined : start + units[index - 1]!.tokens.length;
  };
  const startOf = (index: number) => (index === units.length ? tokens.length : starts[index]);
  for (let index = 0; index <= units.length; index++) {
    const [end, start] = [endBefore(index), startOf(index)];
    if (end !== undefined && start !== undefined && start > end) starts[Math.max(0, index - 1)] = undefined;
  }
  const changed = rangesOf(units.keys(), (index) => (starts[index] === undefined ? true : undefined));
  return changed.map(({ first, last }) => ({
    first: units[first]!.first,
    last: units[last]!.last,
    tokens: tokens.slice(endBefore(first), startOf(last + 1)),
  }));
}

/** Where the tokens of each unit stand in the new text, for units that stand there whole. */
function findKept(units: readonly Unit[], tokens: readonly string[]): (number | undefined)[] {
  const before = units.flatMap((unit) => unit.tokens);
  const changes = diffArrays(before, [...tokens], { maxEditLength: MOST_DIFFERENCES }) ?? [];
  const placeOf: number[] = [];
  let at = 0;
  for (const { added, removed, count } of changes) {
    if (!added) for (let i = 0; i < count; i++) placeOf.push(removed ? -1 : at + i);
    if (!removed) at += count;
  }
  let next = 0;
  return units.map(({ tokens: own }) => {
    const start = placeOf[next] ?? -1;
    const isWhole = start >= 0 && own.every((_, index) => placeOf[next + index] === start + index);
    next += own.length;
    return isWhole ? start : undefined;
  });
}

/**
 * A text for as few words each as possible: the times of what is written are then as good as can be. Suppressed words
 * between them are left to be restored.
 */
function writeHunk({ first, last, tokens }: Hunk, present: readonly boolean[]): TextEdit[] {
  const places = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (place) => present[place],
  );
  const count = Math.max(1, Math.min(places.length, tokens.length));
  const share = <Item>(items: readonly Item[], index: number): Item[] =>
    items.slice(Math.floor((index * items.length) / count), Math.floor(((index + 1) * items.length) / count));
  return Array.from({ length: count }, (_, index) => {
    const text = textOf(share(tokens, index));
    return rangesOf(share(places, index), () => true).map((range, part) => ({
      first: range.first,
      last: range.last,
      text: part === 0 ? text : '',
    }));
  }).flat();
}

function isNew({ words }: Original, { first, last, text }: TextEdit): boolean {
  return text !== textOf(words.slice(first, last + 1).map((word) => word.text));
}
