import type { Segment } from '../types.ts';
import { spaceBetween } from '../words.ts';
import { nameOf, type SpeakerNames } from './names.ts';

interface Turn {
  readonly speaker: number;
  readonly text: string;
}

/** Joins neighbouring segments of one speaker. */
function joinTurns(segments: readonly Segment[]): Turn[] {
  const turns: Turn[] = [];
  for (const { speaker, text } of segments) {
    const open = turns.at(-1);
    if (open?.speaker === speaker)
      turns[turns.length - 1] = { speaker, text: `${open.text}${spaceBetween(open.text, text)}${text}` };
    else turns.push({ speaker, text });
  }
  return turns;
}

/** One turn a line: `[Speaker 1]: text`. */
export function renderTurns(segments: readonly Segment[], names?: SpeakerNames): string {
  return joinTurns(segments)
    .map(({ speaker, text }) => `[${nameOf(speaker, names)}]: ${text}`)
    .join('\n');
}
