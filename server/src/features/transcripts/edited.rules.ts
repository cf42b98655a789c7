import {
  applyEdits,
  leftOut,
  restoreAll,
  type EditedSegment,
  type Original,
  type OriginalSegment,
  type OriginalWord,
  type Overlay,
} from '@icana/contract/edits';
import type { Segment, SuppressedSegment } from '@icana/engine';

import type { KeptTranscript } from './edits.store.ts';
import { asSuppressed, joinWords, renderTranscript, type RenderedTranscript } from './transcripts.rules.ts';

/** A transcript as people have edited it. */
export interface EditedTranscript {
  readonly original: Original;
  readonly overlay: Overlay;
  readonly segments: readonly EditedSegment[];
}

/**
 * What edits are laid over. The words are in the same places however often speakers are counted anew: a recount leaves
 * believed words in their order, and suppressed ones in theirs.
 */
export function originalOf(kept: KeptTranscript): Original {
  const believed = joinWords(kept);
  const doubted = kept.suppressed.map(asSuppressed).filter((each) => each !== undefined);
  const offset = believed.length;
  return {
    segments: [...believed, ...doubted].map(toOriginalSegment),
    words: mergeByTime(
      believed.flatMap(({ words }, index) => placed(words, index)),
      doubted.flatMap(({ words }, index) => placed(words, offset + index)),
    ),
  };
}

const toOriginalSegment = (segment: Segment | SuppressedSegment): OriginalSegment => {
  const { start, end, speaker, confidence } = segment;
  return { start, end, speaker, confidence, ...('reason' in segment && { reason: segment.reason }) };
};

const placed = (words: Segment['words'], segment: number): OriginalWord[] =>
  words.map(({ start, end, text, confidence, estimated, overlap }) => ({
    start,
    end,
    text,
    confidence,
    ...(estimated && { estimated }),
    ...(overlap && { overlap }),
    segment,
  }));

/** Both lists in their own order, whatever the times in them. */
function mergeByTime(believed: readonly OriginalWord[], doubted: readonly OriginalWord[]): OriginalWord[] {
  const merged: OriginalWord[] = [];
  let next = 0;
  for (const word of believed) {
    while (next < doubted.length && doubted[next]!.start < word.start) merged.push(doubted[next++]!);
    merged.push(word);
  }
  return [...merged, ...doubted.slice(next)];
}

/** @param withSuppressed puts back all that was suppressed */
export function editTranscript(
  kept: KeptTranscript,
  edits: Overlay,
  { withSuppressed = false }: { withSuppressed?: boolean } = {},
): EditedTranscript {
  const original = originalOf(kept);
  const overlay = withSuppressed ? restoreAll(original, edits) : edits;
  return { original, overlay, segments: applyEdits(original, overlay) };
}

/** An edited transcript in the shapes that clients read. Without edits it is the kept one. */
export function renderEdited({ original, overlay, segments }: EditedTranscript): RenderedTranscript {
  const suppressed = leftOut(original, overlay).map(({ places, speaker, reason, text, confidence }) => {
    const words = places.map((place) => original.words[place]!);
    const [first, last] = [words[0]!, words.at(-1)!];
    // It was written by the engine.
    const as = reason as SuppressedSegment['reason'];
    return { start: first.start, end: last.end, speaker, text, confidence, words, reason: as };
  });
  return renderTranscript({ segments, suppressed }, overlay.names);
}
