import { tokensOf } from '../recognise/vocabulary.ts';
import { capitalised, withoutAccents } from './letters.ts';

export interface Spelling {
  readonly text: string;
  readonly tokens: readonly number[];
}

/**
 * How the recogniser might write a phrase by itself: as it is, without accents, and in other capitals. It finds some
 * of them likelier than others, and any of them says that it heard the phrase. All have as many
 * spaces as the phrase.
 */
export function spellingsOf(text: string): Spelling[] {
  const plain = withoutAccents(text);
  const lower = plain.toLowerCase();
  const spellings = new Set([text, plain, lower, capitalised(plain), capitalised(lower)]);
  return [...spellings].map((spelling) => ({ text: spelling, tokens: tokensOf(` ${spelling}`) }));
}
