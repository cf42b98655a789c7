import type { Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, type RefObject } from 'react';

import type { Covers } from './use-covers.ts';

/** So many frames it may take until a row is there that has been scrolled to. */
const MOST_TRIES = 30;
const AIR = 24;

/**
 * Scrolls until something can be seen that is somewhere in a list of which only a part exists.
 *
 * @returns reveal(row, selector): scrolls to what the selector finds in a row, if it cannot be seen already
 */
export function useRevealing(parts: {
  list: RefObject<HTMLElement | null>;
  rows: Virtualizer<Window, HTMLElement>;
  covers: Covers;
}): (row: number, selector: string) => void {
  const { list, rows, covers } = parts;
  const attempt = useRef(0);
  return useCallback(
    (row, selector) => {
      cancelAnimationFrame(attempt.current);
      const tryAgain = (tries: number): void => {
        const found = list.current?.querySelector(selector);
        if (found) bringIntoView(found, covers);
        else if (tries < MOST_TRIES) attempt.current = requestAnimationFrame(() => tryAgain(tries + 1));
      };
      if (!list.current?.querySelector(selector)) rows.scrollToIndex(row, { align: 'center' });
      tryAgain(0);
    },
    [list, rows, covers],
  );
}

function bringIntoView(element: Element, covers: Covers): void {
  const { top, bottom, height } = element.getBoundingClientRect();
  const [begin, end] = [covers.top() + AIR, window.innerHeight - covers.bottom() - AIR];
  if (top >= begin && bottom <= end) return;
  // To a third from above: what comes next is to be seen, too.
  const target = begin + Math.max(0, (end - begin - height) / 3);
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const isFar = Math.abs(top - target) > window.innerHeight * 2;
  window.scrollBy({ top: top - target, behavior: isCalm || isFar ? 'instant' : 'smooth' });
}
