import type { Original } from './original.ts';

/** Words of half a second each, a list for each segment; a reason after the speaker means suppressed. */
export function recognised(
  ...said: (readonly [speaker: number, text: string, reason?: string | undefined])[]
): Original {
  let start = 0;
  const words: Original['words'][number][] = [];
  const segments = said.map(([speaker, text, reason], segment) => {
    const first = start;
    for (const each of text.split(' ')) {
      words.push({ start, end: start + 0.4, text: each, confidence: 0.9, segment });
      start += 0.5;
    }
    start += 1;
    return { start: first, end: start - 1, speaker, confidence: 0.9, ...(reason && { reason }) };
  });
  return { words, segments };
}
