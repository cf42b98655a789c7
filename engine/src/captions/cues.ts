import type { Interval, Segment, Word } from '../types.ts';
import { textOf } from '../words.ts';

/** What a viewer reads with ease: two lines of this length, changed after this long at the latest. */
const LINE_CHARACTERS = 42;
const LONGEST_SECONDS = 7;

export interface Cue extends Interval {
  readonly speaker: number;
  readonly lines: readonly string[];
}

/** Cuts segments between words into captions of at most two lines of 42 characters and seven seconds. */
export function cutCues(segments: readonly Segment[]): Cue[] {
  return segments.flatMap(({ speaker, words }) => groupWords(words).map((group) => toCue(speaker, group)));
}

function groupWords(words: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of words) {
    const open = groups.at(-1);
    if (open && fits([...open, word])) open.push(word);
    else groups.push([word]);
  }
  return groups;
}

function fits(words: readonly Word[]): boolean {
  const isShort = words.at(-1)!.end - words[0]!.start <= LONGEST_SECONDS;
  return isShort && breakLines(textOf(words)).every((line) => line.length <= LINE_CHARACTERS);
}

function toCue(speaker: number, words: readonly Word[]): Cue {
  return { start: words[0]!.start, end: words.at(-1)!.end, speaker, lines: breakLines(textOf(words)) };
}

/** Breaks at the space nearest the middle, so that two lines are of like length. */
function breakLines(text: string): string[] {
  if (text.length <= LINE_CHARACTERS) return [text];
  const middle = text.length / 2;
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (spaces.length === 0) return [text];
  const nearest = spaces.reduce((best, space) =>
    Math.abs(space - middle) < Math.abs(best - middle) ? space : best,
  );
  return [text.slice(0, nearest), text.slice(nearest + 1)];
}
