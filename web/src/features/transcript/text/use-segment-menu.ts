import type { EditedSegment } from '@icana/contract/edits';
import { useCallback, useState, type RefObject } from 'react';

import type { OpenMenu } from './segment-menu.tsx';
import { selectedWords } from './selected-words.ts';

/** Which segment's menu is open. There is one for all: it goes to the button that opened it. */
export function useSegmentMenu(parts: {
  list: RefObject<HTMLElement | null>;
  focusRow: (index: number) => void;
}) {
  const { list, focusRow } = parts;
  const [open, setOpen] = useState<OpenMenu | null>(null);
  const openAt = useCallback(
    (
      segment: EditedSegment,
      { button, index, firstWord }: { button: Element; index: number; firstWord: number },
    ) => {
      const row = button.closest('[data-segment]');
      if (!list.current || !row) return;
      const [own, around] = [button.getBoundingClientRect(), list.current.getBoundingClientRect()];
      setOpen({
        segment,
        index,
        selected: selectedWords(segment, { row, firstWord }),
        top: own.bottom - around.top,
        left: own.left - around.left,
      });
    },
    [list],
  );
  return {
    open,
    openAt,
    close: (): void => {
      setOpen(null);
      // The button that opened it may be gone with what was chosen, and the focus with it.
      requestAnimationFrame(() => {
        if (open && document.activeElement === document.body) focusRow(open.index);
      });
    },
  };
}
