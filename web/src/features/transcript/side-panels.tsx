import { Stack } from '@mantine/core';

import type { Editing } from './editing/use-editing.ts';
import { LeftOutPanel } from './left-out/left-out-panel.tsx';
import type { OpenDialog } from './page-dialogs.tsx';
import type { Playback } from './player/playback.ts';
import type { ShownTranscript } from './shown-transcript.ts';
import { SpeakersPanel } from './speakers/speakers-panel.tsx';

interface Props {
  readonly editing: Editing;
  readonly shown: ShownTranscript;
  readonly playback: Playback;
  readonly isChangeable: boolean;
  readonly onOpen: (dialog: OpenDialog) => void;
}

/** What is beside the text: who speaks, and what was left out. */
export function SidePanels({ editing, shown, playback, isChangeable, onOpen }: Props) {
  const { actions, omitted } = editing;
  /** The longest that somebody says is enough to know the voice. */
  const hear = (wanted: number): void => {
    const [longest] = shown.segments
      .filter(({ speaker }) => speaker === wanted)
      .sort((one, other) => other.end - other.start - (one.end - one.start));
    if (longest) playback.playFrom(longest.start);
  };
  const changes = {
    onRename: (speaker: number) => onOpen({ is: 'rename', speaker }),
    onMerge: actions.merge,
    onRecount: () => onOpen({ is: 'recount' }),
  };
  return (
    <Stack gap="xl">
      <SpeakersPanel speakers={shown.speakers} onHear={hear} changes={isChangeable ? changes : undefined} />
      <LeftOutPanel
        omitted={omitted}
        onHear={playback.playFrom}
        onRestore={isChangeable ? actions.restore : undefined}
      />
    </Stack>
  );
}
