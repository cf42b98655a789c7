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
    const focus = (): boolean => {
      const row = list.current?.querySelector<HTMLElement>(selector);
      row?.focus({ preventScroll: true });
      return row != null;
    };
    onFocus(index);
    // At once, so that a key that is pressed in the same frame meets this row, not the last one.
    const isThere = focus();
    reveal(index, selector);
    // Far rows are drawn for being revealed.
    if (!isThere) requestAnimationFrame(focus);
  };

  const lastEdited = useRef(-1);
  useEffect(() => {
    if (edited < 0 && lastEdited.current >= 0) focusRow(Math.min(lastEdited.current, count - 1));
    lastEdited.current = edited;
    // Only when editing begins or ends.
  }, [edited]);
  return focusRow;
}
