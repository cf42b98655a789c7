import { labelOf, type EditedSegment, type EditedSpeaker } from '@icana/contract/edits';
import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';

import { formatDuration } from '../../../lib/format.ts';
import { SegmentMenu, type OpenMenu } from './segment-menu.tsx';
import { SegmentRow, type RowContext } from './segment-row.tsx';
import type { Covers } from './use-covers.ts';
import { useFollowing } from './use-following.ts';
import { useRevealing } from './use-revealing.ts';
import { useRows } from './use-rows.ts';
import classes from './segment-list.module.css';

interface Props {
  readonly context: RowContext;
  readonly segments: readonly EditedSegment[];
  readonly speakers: readonly EditedSpeaker[];
  readonly onRename: (speaker: number) => void;
  /** The place of the first word of the segment that is being edited. */
  readonly editedPlace: number | null;
  readonly covers: Covers;
  /** The segment of what was looked for last. */
  readonly foundSegment: number | null;
}

/** The text. Only the rows that can be seen exist, and a few around them. */
export function SegmentList(props: Props) {
  const { context, segments, editedPlace, covers, foundSegment } = props;
  const { playback, timeline, search, overlay } = context;
  const [active, setActive] = useState(0);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const edited =
    editedPlace === null ? -1 : segments.findIndex(({ words }) => words[0]!.first === editedPlace);
  const rows = useRows({ list, segments, kept: [active, edited] });
  const reveal = useRevealing({ list, rows, covers });
  const { isFollowing, follow, stop } = useFollowing({ playback, timeline, reveal });

  const focusRow = (index: number): void => {
    setActive(index);
    reveal(index, `[data-segment="${index}"]`);
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-segment="${index}"]`)?.focus({ preventScroll: true });
    });
  };

  const current = search?.current ?? null;
  useEffect(() => {
    if (current === null || foundSegment === null) return;
    stop();
    reveal(foundSegment, `[data-match="${current}"]`);
    // Once for each match: not again when the rows move.
    // eslint-disable-next-line react/exhaustive-deps
  }, [current, foundSegment]);

  const wasEdited = useRef(-1);
  useEffect(() => {
    if (edited >= 0) stop();
    // Back to where the keys were before.
    else if (wasEdited.current >= 0) focusRow(Math.min(wasEdited.current, segments.length - 1));
    wasEdited.current = edited;
    // eslint-disable-next-line react/exhaustive-deps
  }, [edited]);

  const edit = ({ words }: EditedSegment): void => context.onEdit(words[0]!.first);
  const openMenu = useCallback((segment: EditedSegment, button: HTMLElement) => {
    const [own, around] = [button.getBoundingClientRect(), list.current!.getBoundingClientRect()];
    setMenu({ segment, top: own.bottom - around.top, left: own.left - around.left });
  }, []);
  const closeMenu = (): void => {
    setMenu(null);
    // The button that opened it may be gone with what was chosen.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) focusRow(active);
    });
  };

  const onClick = ({ target }: MouseEvent<HTMLElement>): void => {
    const word = (target as HTMLElement).closest<HTMLElement>('[data-word]')?.dataset['word'];
    // Who has selected some text wants to copy it.
    if (word === undefined || getSelection()?.isCollapsed === false) return;
    playback.seek(timeline.starts[Number(word)]!);
    follow();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const { segment } = (event.target as HTMLElement).dataset;
    if (segment === undefined) return;
    const index = Number(segment);
    const next = { ArrowUp: index - 1, ArrowDown: index + 1 }[event.key];
    if (next !== undefined && next >= 0 && next < segments.length) focusRow(next);
    else if (event.key === 'Enter' && context.isChangeable) edit(segments[index]!);
    else return;
    event.preventDefault();
  };

  return (
    <>
      {/* A click on a word is for the mouse; by keys one goes from row to row, each with a button that plays it. */}
      <div
        ref={list}
        role="feed"
        aria-label="Transcript"
        className={classes['list']}
        style={{ height: rows.getTotalSize() }}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const segment = segments[index]!;
          return (
            <article
              key={key}
              ref={rows.measureElement}
              className={classes['row']}
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
              data-index={index}
              data-segment={index}
              tabIndex={index === active ? 0 : -1}
              aria-posinset={index + 1}
              aria-setsize={segments.length}
              aria-label={`${labelOf(overlay, segment.speaker)}, ${formatDuration(segment.start)}`}
              onFocus={() => setActive(index)}
            >
              <SegmentRow
                context={context}
                segment={segment}
                index={index}
                isTurnStart={segments[index - 1]?.speaker !== segment.speaker}
                isEdited={index === edited}
                isActive={index === active}
                isMenuOpen={menu?.segment === segment}
                onMenu={openMenu}
              />
            </article>
          );
        })}
        <SegmentMenu
          open={menu}
          speakers={props.speakers}
          give={context.actions.give}
          onEdit={edit}
          onRename={props.onRename}
          onClose={closeMenu}
        />
      </div>
      {!isFollowing && (
        <div className={classes['follow']}>
          <Button
            size="xs"
            radius="xl"
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={follow}
          >
            Follow the recording
          </Button>
        </div>
      )}
    </>
  );
}
