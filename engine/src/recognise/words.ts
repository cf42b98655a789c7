import { bytesOfToken } from './vocabulary.ts';

/** A word as the model spelled it. Positions are places in the token sequence it was read from. */
export interface SpelledWord {
  /** As written, with the punctuation that belongs to it. */
  readonly text: string;
  /** From the token that starts the word to the last that can be heard: punctuation after the word is left out. */
  readonly firstToken: number;
  readonly lastToken: number;
  /** Those of its tokens that can be heard, in order; at least one. */
  readonly spokenTokens: readonly number[];
}

const ASCII_SPACE = 0x20;
/** Letters, digits and the signs that are read out ("$5", "Q&A"). */
const SPOKEN = /[\p{L}\p{N}\p{Sc}%&+=@]/u;
const DAMAGED = /\uFFFD/g;

/**
 * Puts tokens together to words. A dash or dots standing alone are nobody's word: they join the word before them, or
 * the first word.
 */
export function spellWords(ids: readonly number[]): SpelledWord[] {
  const words: SpelledWord[] = [];
  let leading = '';
  for (const { text, tokens, spokenTokens } of splitAtSpaces(ids)) {
    const firstToken = tokens[0]!;
    const lastToken = spokenTokens.at(-1);
    const previous = words.at(-1);
    if (lastToken !== undefined) {
      words.push({ text: `${leading}${text}`, firstToken, lastToken, spokenTokens });
      leading = '';
    } else if (text !== '') {
      if (previous) words.splice(-1, 1, { ...previous, text: `${previous.text} ${text}` });
      else leading = `${leading}${text} `;
    }
  }
  return words;
}

interface TokenRun {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly spokenTokens: readonly number[];
}

function splitAtSpaces(ids: readonly number[]): TokenRun[] {
  const runs: number[][] = [];
  ids.forEach((id, position) => {
    if (runs.length === 0 || bytesOfToken(id)[0] === ASCII_SPACE) runs.push([]);
    runs.at(-1)!.push(position);
  });
  return runs.map((tokens) => ({
    text: textOf(tokens.map((position) => ids[position]!)),
    tokens,
    spokenTokens: tokens.filter((position) => isSpoken(ids[position]!)),
  }));
}

function textOf(ids: readonly number[]): string {
  const bytes = Buffer.concat(ids.map(bytesOfToken));
  return bytes.toString('utf8').replace(DAMAGED, '').trim();
}

function isSpoken(id: number): boolean {
  const bytes = bytesOfToken(id);
  const isPartOfLetter = bytes.length === 1 && bytes[0]! >= 0x80;
  return isPartOfLetter || SPOKEN.test(Buffer.from(bytes).toString('utf8'));
}

/** The confidence in a word: the probability of its weakest token. */
export function weakestToken(
  { firstToken, lastToken }: SpelledWord,
  tokens: readonly { readonly probability: number }[],
): number {
  return Math.min(...tokens.slice(firstToken, lastToken + 1).map(({ probability }) => probability));
}
