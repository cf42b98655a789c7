import type { DashboardJob } from '@icana/contract/app';
import { Group } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';

import { PageTitle } from '../../ui/page-title.tsx';
import { useEditing } from './editing/use-editing.ts';
import { ExportMenu } from './export-menu.tsx';
import { JobFacts } from './job-facts.tsx';
import { PageDialogs, type OpenDialog } from './page-dialogs.tsx';
import { PageMenu } from './page-menu.tsx';
import { createPlayback } from './player/playback.ts';
import { useShownTranscript } from './shown-transcript.ts';
import { SidePanels } from './side-panels.tsx';
import type { View } from './toolbar.tsx';
import type { LoadedTranscript } from './transcript-queries.ts';
import { Workspace } from './workspace.tsx';

interface Props {
  readonly job: DashboardJob;
  readonly loaded: LoadedTranscript;
  readonly startSeconds: number;
}

/** A transcript with its recording: to read, to hear, to search and to correct. */
export function TranscriptView({ job, loaded, startSeconds }: Props) {
  const editing = useEditing(job.id, loaded);
  const [playback] = useState(() => createPlayback({ startSeconds }));
  const [view, setView] = useState<View>({ showsOriginal: false, showsUnsure: true });
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const shown = useShownTranscript(editing, view);
  const hasRoom = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false });
  const isChangeable = !view.showsOriginal;

  const panels = (
    <SidePanels
      editing={editing}
      shown={shown}
      playback={playback}
      isChangeable={isChangeable}
      onOpen={setDialog}
    />
  );
  return (
    <>
      <PageTitle title={job.filename} note={<JobFacts job={job} />}>
        <Group gap="xs">
          <ExportMenu jobId={job.id} editing={editing} />
          <PageMenu
            job={job}
            editing={editing}
            playback={playback}
            onShowKeys={() => setDialog({ is: 'keys' })}
          />
        </Group>
      </PageTitle>
      <Workspace
        job={job}
        editing={editing}
        shown={shown}
        playback={playback}
        view={view}
        onView={setView}
        onOpen={setDialog}
        panels={hasRoom ? panels : null}
      />
      <PageDialogs
        jobId={job.id}
        canRecount={loaded.canRecount}
        editing={editing}
        dialog={dialog}
        panels={panels}
        onClose={() => setDialog(null)}
      />
    </>
  );
}
