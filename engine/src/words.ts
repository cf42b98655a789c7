import type { Word } from './types.ts';

/** Words as a line of text. */
export function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** The mean of the words' confidences, 0 to 1. At least one word. */
export function meanConfidence(words: readonly Word[]): number {
  return words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length;
}
