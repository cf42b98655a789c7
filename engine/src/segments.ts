import type { Interval, Segment, SpeakerTurn, Word } from './types.ts';
import { meanConfidence, textOf } from './words.ts';

/** A speaker who pauses this long begins a new segment. */
const PAUSE_SECONDS = 1;

/**
 * Gives each word to the speaker in whose turn its middle lies (else the nearest turn's), and joins the words of one
 * speaker to segments. Speakers are numbered from 1 by first appearance.
 *
 * @param words in order
 * @param turns in order, without overlap
 */
export function composeSegments(words: readonly Word[], turns: readonly SpeakerTurn[]): Segment[] {
  const numbers = new Map<number, number>();
  const groups: { speaker: number; words: Word[] }[] = [];
  let turn = 0;
  for (const word of words) {
    const middle = (word.start + word.end) / 2;
    while (turn + 1 < turns.length && distance(turns[turn + 1]!, middle) <= distance(turns[turn]!, middle))
      turn++;
    const speaker = turns[turn]?.speaker ?? 0;
    const open = groups.at(-1);
    if (open?.speaker === speaker && word.start - open.words.at(-1)!.end < PAUSE_SECONDS) {
      open.words.push(word);
    } else {
      groups.push({ speaker, words: [word] });
    }
  }
  return groups.map((group) => {
    if (!numbers.has(group.speaker)) numbers.set(group.speaker, numbers.size + 1);
    return toSegment(numbers.get(group.speaker)!, group.words);
  });
}

function distance(interval: Interval, time: number): number {
  return Math.max(interval.start - time, time - interval.end, 0);
}

function toSegment(speaker: number, words: readonly Word[]): Segment {
  return {
    start: words[0]!.start,
    end: words.at(-1)!.end,
    speaker,
    text: textOf(words),
    confidence: meanConfidence(words),
    words,
  };
}
