import type { Interval, SpeakerTurn } from '../types.ts';

/** Shorter turns beside another one are a slip of the models far more often than a person's. */
const SHORTEST_TURN_SECONDS = 0.5;

/** A border between frames is never exactly where a region's is; closer than this they touch. */
const TOUCHING_SECONDS = 1e-6;

/** The turns of labelled stretches of speech, speakers numbered 0, 1, 2 … by first appearance. */
export function turnsOf(stretches: readonly Interval[], labels: Int32Array): SpeakerTurn[] {
  const turns = stretches.map(({ start, end }, i) => ({ start, end, speaker: labels[i]! }));
  return numberByAppearance(mergeShortTurns(turns));
}

/** Gives every turn shorter than half a second to the longer turn that it touches; one that stands alone stays. */
export function mergeShortTurns(turns: readonly SpeakerTurn[]): SpeakerTurn[] {
  let merged = joinAlike(turns);
  for (;;) {
    const short = shortestMergeable(merged);
    if (short < 0) return merged;
    const speaker = longerNeighbour(merged, short)!.speaker;
    merged = joinAlike(merged.map((turn, i) => (i === short ? { ...turn, speaker } : turn)));
  }
}

/** Numbers speakers 0, 1, 2 … by first appearance. */
function numberByAppearance(turns: readonly SpeakerTurn[]): SpeakerTurn[] {
  const numbers = new Map<number, number>();
  return turns.map((turn) => {
    const speaker = numbers.get(turn.speaker) ?? numbers.size;
    numbers.set(turn.speaker, speaker);
    return { ...turn, speaker };
  });
}

function shortestMergeable(turns: readonly SpeakerTurn[]): number {
  let shortest = -1;
  let least = SHORTEST_TURN_SECONDS;
  turns.forEach(({ start, end }, i) => {
    if (end - start < least && longerNeighbour(turns, i)) [shortest, least] = [i, end - start];
  });
  return shortest;
}

function longerNeighbour(turns: readonly SpeakerTurn[], at: number): SpeakerTurn | undefined {
  const before = turns[at - 1];
  const after = turns[at + 1];
  return [
    before && touch(before, turns[at]!) ? before : undefined,
    after && touch(turns[at]!, after) ? after : undefined,
  ]
    .filter((turn) => turn !== undefined)
    .sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}

function joinAlike(turns: readonly SpeakerTurn[]): SpeakerTurn[] {
  const joined: SpeakerTurn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last && last.speaker === turn.speaker && touch(last, turn)) {
      joined[joined.length - 1] = { ...last, end: turn.end };
    } else joined.push(turn);
  }
  return joined;
}

function touch(first: SpeakerTurn, second: SpeakerTurn): boolean {
  return second.start - first.end < TOUCHING_SECONDS;
}
