import type { DashboardJob } from '@icana/contract/app';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type ReactNode } from 'react';

import { SaveTrouble } from './editing/save-state.tsx';
import type { Editing } from './editing/use-editing.ts';
import { useNewerVersion } from './editing/use-newer-version.ts';
import type { OpenDialog } from './page-dialogs.tsx';
import type { Command } from './player/keys.ts';
import { SKIP_SECONDS, type Playback } from './player/playback.ts';
import { Player } from './player/player.tsx';
import { useKeys } from './player/use-keys.ts';
import { useSearch } from './search/use-search.ts';
import type { ShownTranscript } from './shown-transcript.ts';
import { SegmentList } from './text/segment-list.tsx';
import { useCovers } from './text/use-covers.ts';
import { Toolbar, type View } from './toolbar.tsx';
import { jobPath, loudnessQuery } from './transcript-queries.ts';
import classes from './workspace.module.css';

interface Props {
  readonly job: DashboardJob;
  readonly editing: Editing;
  readonly shown: ShownTranscript;
  readonly playback: Playback;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly onOpen: (dialog: OpenDialog) => void;
  /** What is beside the text; null where there is no room for it, and it opens over the page. */
  readonly panels: ReactNode;
}

/** The recording and its text, and what one works on them with. */
export function Workspace({ job, editing, shown, playback, view, onView, onOpen, panels }: Props) {
  const { actions, openText, state } = editing;
  const { segments, speakers, timeline, overlay } = shown;
  const [editedPlace, setEditedPlace] = useState<number | null>(null);
  useNewerVersion({ jobId: job.id, editing, editedPlace });
  const search = useSearch(segments);
  const loudness = useQuery(loudnessQuery(job.id)).data ?? null;
  const searchField = useRef<HTMLInputElement>(null);
  const { dock, player, covers } = useCovers();
  const context = useMemo(
    () => ({
      language: job.language,
      playback,
      timeline,
      overlay,
      search: search.result,
      showsUnsure: view.showsUnsure,
      openText,
      actions,
      isChangeable: !view.showsOriginal,
      onEdit: setEditedPlace,
    }),
    [job.language, playback, timeline, overlay, search.result, view, openText, actions],
  );

  /** A text that is open would come back with what is in it. */
  const closed = (step: () => void) => (): void => {
    setEditedPlace(null);
    step();
  };
  const commands: Record<Command, () => void> = {
    toggle: () => playback.toggle(),
    back: () => playback.skip(-SKIP_SECONDS),
    ahead: () => playback.skip(SKIP_SECONDS),
    slower: () => playback.changeSpeed(-1),
    faster: () => playback.changeSpeed(1),
    search: () => searchField.current?.select(),
    undo: closed(actions.undo),
    redo: closed(actions.redo),
    help: () => onOpen({ is: 'keys' }),
  };
  useKeys((command) => commands[command]());

  return (
    <>
      <div ref={dock} className={classes['dock']}>
        <Player
          ref={player}
          playback={playback}
          source={jobPath(job.id, '/audio')}
          durationSeconds={job.durationSeconds ?? 0}
          loudness={loudness}
          segments={segments}
        />
        <Toolbar
          search={search}
          searchField={searchField}
          editing={editing}
          onUndo={commands.undo}
          onRedo={commands.redo}
          view={view}
          onView={onView}
          onShowPanels={panels === null ? () => onOpen({ is: 'panels' }) : undefined}
        />
        <SaveTrouble
          state={state}
          onRetry={() => void editing.flush()}
          onCompare={() => onOpen({ is: 'conflict' })}
        />
      </div>
      <div className={classes['columns']}>
        <div>
          <TextNote view={view} isEmpty={segments.length === 0} />
          {segments.length > 0 && (
            <SegmentList
              context={context}
              segments={segments}
              speakers={speakers}
              editedPlace={editedPlace}
              covers={covers}
              foundSegment={search.segment}
              onRename={(speaker) => onOpen({ is: 'rename', speaker })}
            />
          )}
        </div>
        {panels !== null && <aside className={classes['side']}>{panels}</aside>}
      </div>
    </>
  );
}

function TextNote({ view, isEmpty }: { view: View; isEmpty: boolean }) {
  return (
    <Text fz="sm" c="dimmed" mb="xs">
      {isEmpty && 'Nobody was heard to speak in this recording. '}
      {view.showsOriginal && 'This is what was recognised, without any edits. '}
      {view.showsUnsure && !isEmpty && 'Underlined with dots: words that were hard to recognise.'}
    </Text>
  );
}
