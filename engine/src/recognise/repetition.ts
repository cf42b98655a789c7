import type { FrameRange as Range } from './alignment.ts';

/**
 * People repeat themselves too ("Can you hear me? Can you hear me?"), so it takes this many rounds and tokens to be
 * called a loop.
 */
const FEWEST_ROUNDS = 3;
const FEWEST_TOKENS = 16;
const LONGEST_PHRASE_TOKENS = 30;

/** A text that came to its end is doubted less: so many rounds, and words. Refrains and counting children stay. */
const FEWEST_ROUNDS_OF_WORDS = 4;
const FEWEST_WORDS = 16;

/**
 * A greedy decoder can fall into a loop and say one phrase until it is stopped, most of all on noise and foreign
 * speech. When a sequence that was stopped ends so: how many of its tokens are left with that phrase said once.
 */
export function lengthWithoutLoop(ids: readonly number[]): number | undefined {
  for (let phrase = 1; phrase <= LONGEST_PHRASE_TOKENS; phrase++) {
    const loopStart = startOfPeriod(ids, phrase);
    const looped = ids.length - loopStart;
    if (looped >= Math.max(FEWEST_TOKENS, FEWEST_ROUNDS * phrase)) return loopStart + phrase;
  }
  return undefined;
}

/**
 * Finds the first phrase that is said again and again anywhere in a text: its rounds but the first, which may have been
 * said.
 *
 * @returns words `[start, end)`
 */
export function findLoop(words: readonly string[]): Range | undefined {
  for (let phrase = 1; phrase * FEWEST_ROUNDS_OF_WORDS <= words.length; phrase++) {
    const fewest = Math.max(FEWEST_WORDS, FEWEST_ROUNDS_OF_WORDS * phrase);
    let alike = 0;
    for (let at = phrase; at <= words.length; at++) {
      if (at < words.length && words[at] === words[at - phrase]) alike++;
      else if (alike + phrase >= fewest) return { start: at - alike, end: at };
      else alike = 0;
    }
  }
  return undefined;
}

/** From where on the sequence repeats itself with this period, to its end. */
function startOfPeriod(ids: readonly number[], period: number): number {
  let start = Math.max(0, ids.length - period);
  while (start > 0 && ids[start - 1] === ids[start - 1 + period]) start--;
  return start;
}
