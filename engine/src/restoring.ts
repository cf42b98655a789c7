import type { Transcript } from './types.ts';

/**
 * Puts suppressed segments back among the others, as if they had been believed. The transcript given stays as it is.
 *
 * @param indexes of the segments in `suppressed`; all, when left out
 * @throws RangeError when there is no such segment
 */
export function restore<Restorable extends Pick<Transcript, 'segments' | 'suppressed'>>(
  transcript: Restorable,
  indexes?: readonly number[],
): Restorable & Pick<Transcript, 'segments' | 'suppressed' | 'speakerCount'> {
  const { suppressed } = transcript;
  const wanted = new Set(indexes ?? suppressed.keys());
  for (const index of wanted)
    if (!suppressed[index]) throw new RangeError(`There is no suppressed segment ${index}.`);
  const restored = [...wanted].map((index) => {
    const { reason: _, ...segment } = suppressed[index]!;
    return segment;
  });
  const segments = [...transcript.segments, ...restored].toSorted((a, b) => a.start - b.start);
  return {
    ...transcript,
    speakerCount: new Set(segments.map(({ speaker }) => speaker)).size,
    segments,
    suppressed: suppressed.filter((_, index) => !wanted.has(index)),
  };
}
