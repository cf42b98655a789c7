import { useEffect, useRef, type RefObject } from 'react';

/**
 * Moves the focus from row to row, and back to a row when its text has been edited.
 *
 * @param parts.edited the index of the row that is being edited, -1 for none
 */
export function useRowFocus(parts: {
  list: RefObject<HTMLElement | null>;
  edited: number;
  count: number;
  reveal: (row: number, selector: string) => void;
  onFocus: (index: number) => void;
}): (index: number) => void {
  const { list, edited, count, reveal, onFocus } = parts;
  const focusRow = (index: number): void => {
    const selector = `[data-segment="${index}"]`;
    onFocus(index);
    reveal(index, selector);
    // By then it is there.
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }),
    );
  };

  const lastEdited = useRef(-1);
  useEffect(() => {
    if (edited < 0 && lastEdited.current >= 0) focusRow(Math.min(lastEdited.current, count - 1));
    lastEdited.current = edited;
    // Only when editing begins or ends.
  }, [edited]);
  return focusRow;
}
