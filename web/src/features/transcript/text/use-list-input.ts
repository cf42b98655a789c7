import type { EditedSegment } from '@icana/contract/edits';
import type { KeyboardEvent, MouseEvent } from 'react';

import type { RowContext } from './segment-row.tsx';

/**
 * What clicks and keys do in the list of segments. A click on a word goes to its time; by keys one goes from row to
 * row, each of which has a button that plays it.
 */
export function useListInput(parts: {
  context: RowContext;
  segments: readonly EditedSegment[];
  focusRow: (index: number) => void;
  onSought: () => void;
}) {
  const { context, segments, focusRow, onSought } = parts;
  const { playback, timeline, isChangeable, onEdit } = context;
  return {
    onClick({ target }: MouseEvent<HTMLElement>): void {
      const word = (target as HTMLElement).closest<HTMLElement>('[data-word]')?.dataset['word'];
      // A person who has selected some text wants to do something else with it.
      if (word === undefined || getSelection()?.isCollapsed === false) return;
      playback.seek(timeline.starts[Number(word)]!);
      onSought();
    },

    onKeyDown(event: KeyboardEvent<HTMLElement>): void {
      const { segment } = (event.target as HTMLElement).dataset;
      // A key within a row is for what has the focus there.
      if (segment === undefined) return;
      const index = Number(segment);
      const next = { ArrowUp: index - 1, ArrowDown: index + 1 }[event.key];
      if (next !== undefined && next >= 0 && next < segments.length) focusRow(next);
      else if (event.key === 'Enter' && isChangeable) onEdit(segments[index]!.words[0]!.first);
      else return;
      event.preventDefault();
    },
  };
}
