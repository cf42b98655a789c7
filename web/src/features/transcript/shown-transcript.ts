import {
  NO_EDITS,
  speakersOf,
  type EditedSegment,
  type EditedSpeaker,
  type Overlay,
} from '@icana/contract/edits';
import { useMemo } from 'react';

import type { Editing } from './editing/use-editing.ts';
import { timelineOf, type Timeline } from './text/timeline.ts';

/** A transcript as it is on the page. */
export interface ShownTranscript {
  readonly segments: readonly EditedSegment[];
  readonly speakers: readonly EditedSpeaker[];
  readonly overlay: Overlay;
  readonly timeline: Timeline;
}

/** The transcript with its edits, or the original without any. */
export function useShownTranscript(
  { segments, recognised, speakers, state }: Editing,
  { showsOriginal }: { showsOriginal: boolean },
): ShownTranscript {
  const { overlay } = state;
  return useMemo(() => {
    const shown = showsOriginal
      ? { segments: recognised, speakers: speakersOf(recognised, NO_EDITS), overlay: NO_EDITS }
      : { segments, speakers, overlay };
    return { ...shown, timeline: timelineOf(shown.segments) };
  }, [showsOriginal, segments, recognised, speakers, overlay]);
}
