import { doubleMetaphone } from 'double-metaphone';
import { distance } from 'fastest-levenshtein';

import { spokenForms } from './spoken-form.ts';

/** How a text sounds, in each of the ways it may be read. */
export type Sound = readonly SpokenForm[];

interface SpokenForm {
  readonly letters: string;
  /** Consonants by Double Metaphone (Philips, 2000), likeliest first. */
  readonly codes: readonly string[];
}

export function soundOf(text: string): Sound {
  return spokenForms(text).map((letters) => ({ letters, codes: [...new Set(doubleMetaphone(letters))] }));
}

/** 1 where two texts sound the same, 0 where nothing in them does: the mean of what letters and consonants share. */
export function likeness(one: Sound, other: Sound): number {
  let best = 0;
  for (const a of one) {
    for (const b of other) {
      const letters = shared(a.letters, b.letters);
      const codes = Math.max(...a.codes.flatMap((code) => b.codes.map((second) => shared(code, second))));
      best = Math.max(best, (letters + codes) / 2);
    }
  }
  return best;
}

function shared(one: string, other: string): number {
  const longest = Math.max(one.length, other.length);
  return longest === 0 ? 0 : 1 - distance(one, other) / longest;
}
