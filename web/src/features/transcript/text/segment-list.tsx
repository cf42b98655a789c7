import { labelOf, type EditedSegment, type EditedSpeaker } from '@icana/contract/edits';
import { useEffect, useRef, useState } from 'react';

import { formatDuration } from '../../../lib/format.ts';
import { FollowButton } from './follow-button.tsx';
import { SegmentMenu } from './segment-menu.tsx';
import { SegmentRow, type RowContext } from './segment-row.tsx';
import type { Covers } from './use-covers.ts';
import { useFollowing } from './use-following.ts';
import { useListInput } from './use-list-input.ts';
import { useRevealing } from './use-revealing.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useRows } from './use-rows.ts';
import { useSegmentMenu } from './use-segment-menu.ts';
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
  const { context, segments, speakers, onRename, editedPlace, covers, foundSegment } = props;
  const { playback, timeline, search, overlay } = context;
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const edited =
    editedPlace === null ? -1 : segments.findIndex(({ words }) => words[0]!.first === editedPlace);
  const rows = useRows({ list, segments, kept: [active, edited] });
  const reveal = useRevealing({ list, rows, covers });
  const { isFollowing, follow, stop } = useFollowing({ playback, timeline, reveal });
  const focusRow = useRowFocus({ list, edited, count: segments.length, reveal, onFocus: setActive });
  const input = useListInput({ context, segments, focusRow, onSought: follow });
  const menu = useSegmentMenu({ list, focusRow });

  const current = search?.current ?? null;
  useEffect(() => {
    if (current === null || foundSegment === null) return;
    stop();
    reveal(foundSegment, `[data-match="${current}"]`);
  }, [current, foundSegment, stop, reveal]);
  useEffect(() => {
    if (edited >= 0) stop();
  }, [edited, stop]);

  return (
    <>
      <div
        ref={list}
        role="feed"
        aria-label="Transcript"
        className={classes['list']}
        style={{ height: rows.getTotalSize() }}
        {...input}
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
                isMenuOpen={menu.open?.segment === segment}
                onMenu={menu.openAt}
              />
            </article>
          );
        })}
        <SegmentMenu
          open={menu.open}
          speakers={speakers}
          actions={context.actions}
          onEdit={({ words }) => context.onEdit(words[0]!.first)}
          onRename={onRename}
          onClose={menu.close}
        />
      </div>
      {!isFollowing && <FollowButton playback={playback} onClick={follow} />}
    </>
  );
}
