import type { Interval, Segment, SpeakerTurn, SuppressedSegment, SuppressedWords, Word } from './types.ts';
import { meanConfidence, textOf } from './words.ts';

/** A speaker who pauses this long begins a new segment: shorter, and sentences fall apart; longer, and silence is speech. */
const PAUSE_SECONDS = 0.7;

/** What the detector heard this close to a word is the word's, or one beside it that was not understood. */
const LONGEST_ADDITION_SECONDS = 1;

/**
 * Gives each word to the speaker in whose turn its middle lies (else the nearest turn's), and joins the words of one
 * speaker to segments. Speakers are numbered from 1 by first appearance. A segment that holds the first or the last word
 * of a turn begins or ends with the turn, where that is less than a second away: the detector hears to the frame where
 * speech begins and ends, and the recogniser's outermost words are often cut short.
 *
 * @param words in order
 * @param turns in order, without overlap
 */
export function composeSegments(
  words: readonly Word[],
  turns: readonly SpeakerTurn[],
  numberOf = numberSpeakers(),
): Segment[] {
  let earliest = 0;
  return groupWords(words, turns).map((group) => {
    const [first, last] = [group[0]!, group.at(-1)!];
    const start = first.isFirst ? Math.max(earliest, startWith(first)) : first.word.start;
    const end = last.isLast ? endWith(last) : last.word.end;
    earliest = end;
    return toSegment({ start: Math.min(start, first.word.start), end }, numberOf(speakerOf(first)), group);
  });
}

/**
 * The segments that suppressed words would be, from their first word to their last: speech around them is not theirs.
 *
 * @param numberOf as the segments of the transcript were numbered
 */
export function composeSuppressed(
  suppressed: readonly SuppressedWords[],
  turns: readonly SpeakerTurn[],
  numberOf: SpeakerNumbering,
): SuppressedSegment[] {
  return suppressed.flatMap(({ reason, words }) =>
    groupWords(words, turns).map((group) => {
      const [first, last] = [group[0]!, group.at(-1)!];
      const place = { start: first.word.start, end: last.word.end };
      return { ...toSegment(place, numberOf(speakerOf(first)), group), reason };
    }),
  );
}

type SpeakerNumbering = (speaker: number) => number;

/** Numbers speakers from 1, in the order in which they are asked for. */
export function numberSpeakers(): SpeakerNumbering {
  const numbers = new Map<number, number>();
  return (speaker) => {
    const number = numbers.get(speaker) ?? numbers.size + 1;
    numbers.set(speaker, number);
    return number;
  };
}

/** Words of one speaker in a row, without long pauses. */
function groupWords(words: readonly Word[], turns: readonly SpeakerTurn[]): PlacedWord[][] {
  const groups: PlacedWord[][] = [];
  for (const next of placeWords(words, turns)) {
    const open = groups.at(-1);
    const last = open?.at(-1);
    const goesOn = last && speakerOf(last) === speakerOf(next);
    if (goesOn && next.word.start - last.word.end < PAUSE_SECONDS) open!.push(next);
    else groups.push([next]);
  }
  return groups;
}

/** A word and its turn, and whether it is the turn's first or last one. */
interface PlacedWord {
  readonly word: Word;
  readonly turn: SpeakerTurn | undefined;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function placeWords(words: readonly Word[], turns: readonly SpeakerTurn[]): PlacedWord[] {
  let at = 0;
  const places = words.map(({ start, end }) => {
    const middle = (start + end) / 2;
    while (at + 1 < turns.length && distance(turns[at + 1]!, middle) <= distance(turns[at]!, middle)) at++;
    return at;
  });
  return words.map((word, i) => ({
    word,
    turn: turns[places[i]!],
    isFirst: places[i - 1] !== places[i],
    isLast: places[i + 1] !== places[i],
  }));
}

function speakerOf({ turn }: PlacedWord): number {
  return turn?.speaker ?? 0;
}

function startWith({ word, turn }: PlacedWord): number {
  const isNear = turn && turn.start < word.start && word.start - turn.start < LONGEST_ADDITION_SECONDS;
  return isNear ? turn.start : word.start;
}

function endWith({ word, turn }: PlacedWord): number {
  const isNear = turn && turn.end > word.end && turn.end - word.end < LONGEST_ADDITION_SECONDS;
  return isNear ? turn.end : word.end;
}

function distance(interval: Interval, time: number): number {
  return Math.max(interval.start - time, time - interval.end, 0);
}

function toSegment({ start, end }: Interval, speaker: number, placed: readonly PlacedWord[]): Segment {
  const words = placed.map(({ word }) => word);
  return { start, end, speaker, text: textOf(words), confidence: meanConfidence(words), words };
}
