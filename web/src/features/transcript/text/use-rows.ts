import type { EditedSegment } from '@icana/contract/edits';
import { defaultRangeExtractor, useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useState, type RefObject } from 'react';

/** About how a row looks, until it has been measured. */
const LINE_HEIGHT = 27;
const CHARACTER_WIDTH = 7.6;
const HEADING_HEIGHT = 42;
const AROUND_TEXT = 140;

/** The rows of a list as they are seen through the window, and those that are `kept` wherever it is. */
export function useRows(parts: {
  list: RefObject<HTMLElement | null>;
  segments: readonly EditedSegment[];
  kept: readonly number[];
}): Virtualizer<Window, HTMLElement> {
  const { list, segments, kept } = parts;
  const [{ top, width }, setPlace] = useState({ top: 0, width: 700 });
  // The list moves with what is shown above it.
  useLayoutEffect(() => {
    const rect = list.current?.getBoundingClientRect();
    if (!rect) return;
    const next = { top: Math.round(rect.top + window.scrollY), width: rect.width };
    setPlace((last) => (last.top === next.top && last.width === next.width ? last : next));
  });
  return useWindowVirtualizer<HTMLElement>({
    count: segments.length,
    scrollMargin: top,
    overscan: 6,
    getItemKey: (index) => segments[index]!.words[0]!.first,
    estimateSize: (index) => {
      const { text, speaker } = segments[index]!;
      const lines = Math.ceil((text.length * CHARACTER_WIDTH) / Math.max(160, width - AROUND_TEXT));
      return lines * LINE_HEIGHT + 4 + (segments[index - 1]?.speaker === speaker ? 0 : HEADING_HEIGHT);
    },
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      const others = kept.filter((index) => index >= 0 && index < range.count && !seen.includes(index));
      return [...new Set([...seen, ...others])].sort((a, b) => a - b);
    },
  });
}
