import { labelOf, type EditedSegment, type Overlay } from '@icana/contract/edits';
import { IconChevronDown, IconPencil, IconDots } from '@tabler/icons-react';
import { memo, useMemo, type ReactNode } from 'react';

import { formatDuration } from '../../../lib/format.ts';
import type { EditActions } from '../editing/edit-actions.ts';
import type { OpenText } from '../editing/use-editing.ts';
import { usePlayback, type Playback } from '../player/playback.ts';
import { marksInPart } from '../search/search-index.ts';
import type { SearchResult } from '../search/use-search.ts';
import { SpeakerBadge } from '../speakers/speaker-badge.tsx';
import { SegmentEditor } from './segment-editor.tsx';
import { SegmentWords } from './segment-words.tsx';
import { wordAt, type Timeline } from './timeline.ts';
import type { useSegmentMenu } from './use-segment-menu.ts';
import classes from './segment-row.module.css';

/** What all rows of a list have in common. With it all of them are drawn anew: it changes as seldom as can be. */
export interface RowContext {
  readonly language: string;
  readonly playback: Playback;
  readonly timeline: Timeline;
  readonly overlay: Overlay;
  readonly search: SearchResult | null;
  readonly showsUnsure: boolean;
  readonly openText: OpenText;
  readonly actions: EditActions;
  /** False where the original is shown. */
  readonly isChangeable: boolean;
  /** Begins to edit the segment whose first word has this place; ends it with null. */
  readonly onEdit: (place: number | null) => void;
}

interface Props {
  readonly context: RowContext;
  readonly segment: EditedSegment;
  readonly index: number;
  readonly isTurnStart: boolean;
  readonly isEdited: boolean;
  /** Whether the keys of the list act on it: only then are its buttons among the stops of the Tab key. */
  readonly isActive: boolean;
  readonly isMenuOpen: boolean;
  readonly onMenu: ReturnType<typeof useSegmentMenu>['openAt'];
}

/**
 * A stretch of speech of one speaker: who, when, what. Of plain elements alone, since many come and go while the page
 * scrolls.
 */
export const SegmentRow = memo(function SegmentRow(props: Props) {
  const { context, segment, index, isTurnStart, isEdited, isActive } = props;
  const { playback, timeline, overlay } = context;
  const label = labelOf(overlay, segment.speaker);
  const time = formatDuration(segment.start);
  return (
    <>
      {isTurnStart && <TurnHeading {...props} label={label} />}
      <div className={classes['line']}>
        <button
          type="button"
          className={classes['time']}
          aria-label={`Play from ${time}`}
          tabIndex={isActive ? 0 : -1}
          onClick={() => playback.playFrom(timeline.starts[timeline.firstWords[index]!]!)}
        >
          {time}
        </button>
        {isEdited && context.isChangeable ? (
          <SegmentEditor
            segment={segment}
            label={`${label}, ${time}`}
            openText={context.openText}
            write={context.actions.write}
            onClose={() => context.onEdit(null)}
          />
        ) : (
          <SegmentText context={context} segment={segment} index={index} />
        )}
        {!isEdited && context.isChangeable && <RowButtons {...props} label={label} />}
      </div>
    </>
  );
});

function TurnHeading(props: Props & { label: string }) {
  const { context, segment, label } = props;
  const name = (
    <>
      <SpeakerBadge speaker={segment.speaker} />
      <span className={classes['name']}>{label}</span>
    </>
  );
  if (!context.isChangeable) return <div className={classes['speaker']}>{name}</div>;
  return (
    <MenuButton {...props} className="speaker">
      {name}
      <IconChevronDown size={14} aria-hidden />
    </MenuButton>
  );
}

function MenuButton(props: Props & { className: string; name?: string; children: ReactNode }) {
  const { context, segment, index, isActive, isMenuOpen, onMenu, className, name, children } = props;
  const firstWord = context.timeline.firstWords[index]!;
  return (
    <button
      type="button"
      className={classes[className]}
      aria-haspopup="menu"
      aria-expanded={isMenuOpen}
      aria-label={name}
      tabIndex={isActive ? 0 : -1}
      // Words that are selected are to stay so.
      onMouseDown={(event) => event.preventDefault()}
      onClick={({ currentTarget: button }) => onMenu(segment, { button, index, firstWord })}
    >
      {children}
    </button>
  );
}

/** The text, in which the word that is being said is marked: only this is drawn anew while the recording plays. */
function SegmentText({ context, segment, index }: Pick<Props, 'context' | 'segment' | 'index'>) {
  const { playback, timeline, search, language, showsUnsure } = context;
  const [first, next] = [timeline.firstWords[index]!, timeline.firstWords[index + 1]!];
  const spoken = usePlayback(playback, (it) => {
    const word = wordAt(timeline, it.seconds());
    return word >= first && word < next ? word - first : -1;
  });
  const marks = useMemo(
    () => (search ? marksInPart(search.index, search.matches, index) : []),
    [search, index],
  );
  return (
    <p className={classes['text']} lang={language} dir="auto">
      <SegmentWords
        segment={segment}
        firstWord={first}
        marks={marks}
        currentMatch={search?.current ?? null}
        showsUnsure={showsUnsure}
        spoken={spoken}
      />
      {segment.restored && <span className={classes['restored']}>put back</span>}
    </p>
  );
}

function RowButtons(props: Props & { label: string }) {
  const { context, segment, isTurnStart, isActive, label } = props;
  return (
    <div className={classes['buttons']}>
      {/* Where a turn begins its heading is this button. */}
      {!isTurnStart && (
        <MenuButton {...props} className="button" name={`Said by ${label}: change`}>
          <IconDots size={16} aria-hidden />
        </MenuButton>
      )}
      <button
        type="button"
        className={`${classes['button']} ${classes['edit']}`}
        aria-label="Edit"
        title="Edit"
        tabIndex={isActive ? 0 : -1}
        onClick={() => context.onEdit(segment.words[0]!.first)}
      >
        <IconPencil size={16} aria-hidden />
      </button>
    </div>
  );
}
