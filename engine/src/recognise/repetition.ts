/**
 * A greedy decoder can fall into a loop and repeat a phrase until its budget ends, most of all on noise and music.
 * People repeat themselves too ("no, no, no, no"), so it takes four rounds and sixteen tokens to be called a loop.
 */
const FEWEST_ROUNDS = 4;
const FEWEST_TOKENS = 16;
const LONGEST_PHRASE_TOKENS = 30;

/** When the sequence ends in a phrase said over and over: how many tokens are left with that phrase said once. */
export function lengthBeforeLoop(ids: readonly number[]): number | undefined {
  for (let phrase = 1; phrase <= LONGEST_PHRASE_TOKENS; phrase++) {
    const rounds = Math.max(FEWEST_ROUNDS, Math.ceil(FEWEST_TOKENS / phrase));
    const first = ids.length - phrase * rounds;
    if (first < 0) continue;
    if (isPeriodic(ids, first, phrase)) return first + phrase;
  }
  return undefined;
}

function isPeriodic(ids: readonly number[], first: number, period: number): boolean {
  for (let position = ids.length - 1; position >= first + period; position--) {
    if (ids[position] !== ids[position - period]) return false;
  }
  return true;
}
