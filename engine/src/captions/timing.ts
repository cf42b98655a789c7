import type { Interval } from '../types.ts';

export const LONGEST_SECONDS = 7;
export const SHORTEST_SECONDS = 1;
const CHARACTERS_PER_SECOND = 20;
/** Where people talk into each other, a caption makes room for the next only after this long. */
const FLASH_SECONDS = 0.2;

interface Shown extends Interval {
  readonly lines: readonly string[];
}

/**
 * Gives each caption the time it takes to read, one to seven seconds, as far as those beside it leave room: first after
 * what is said, then before it. None begins before the one before it has gone.
 *
 * @param cues by the time at which they are said
 */
export function timeCues<Cue extends Shown>(cues: readonly Cue[]): Cue[] {
  let free = 0;
  return cues.map((cue, index) => {
    const said = Math.max(cue.start, free);
    const next = Math.max(cues[index + 1]?.start ?? Infinity, said + FLASH_SECONDS);
    const wanted = wantedSeconds(cue);
    const end = Math.min(Math.max(cue.end, said + wanted), said + LONGEST_SECONDS, next);
    const start = Math.max(free, Math.min(said, end - SHORTEST_SECONDS));
    free = end;
    return { ...cue, start, end };
  });
}

function wantedSeconds({ lines }: Shown): number {
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  return Math.max(SHORTEST_SECONDS, characters / CHARACTERS_PER_SECOND);
}
