import type { Interval, Word } from './types.ts';

/**
 * Marks the words in whose middle two people speak at once.
 *
 * @param words in order
 * @param overlaps in order, apart from each other
 */
export function markOverlaps<Each extends Word>(
  words: readonly Each[],
  overlaps: readonly Interval[],
): readonly Each[] {
  let at = 0;
  return words.map((word) => {
    const middle = (word.start + word.end) / 2;
    while (at < overlaps.length && overlaps[at]!.end <= middle) at++;
    const isOverlapped = at < overlaps.length && overlaps[at]!.start <= middle;
    return isOverlapped ? { ...word, overlap: true as const } : word;
  });
}
