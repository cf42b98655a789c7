import {
  applyEdits,
  giveSegmentsTo,
  giveWordsTo,
  mergeSpeakers,
  newSpeaker,
  renameSpeaker,
  replaceText,
  restoreSuppressed,
  type EditedSegment,
  type Overlay,
  type PlaceRange,
} from '@icana/contract/edits';

import type { EditState } from './edit-state.ts';
import type { EditStore } from './edit-store.ts';

/** Whose a segment is to be: a speaker by number, or one that is not there yet. */
export type Receiver = number | 'new';

export type EditActions = ReturnType<typeof createEditActions>;

/** Everything that can be done to a transcript, each as one step that can be undone. */
export function createEditActions(store: EditStore) {
  const edit = (what: string, change: (state: EditState) => Overlay): void =>
    store.dispatch({ type: 'edit', what, overlay: change(store.state()) });

  return {
    rename: (speaker: number, name: string): void =>
      edit('new name', ({ overlay }) => renameSpeaker(overlay, { speaker, name })),

    merge: (from: number, into: number): void =>
      edit('merged speakers', ({ kept, overlay }) => mergeSpeakers(kept.original, overlay, { from, into })),

    /** Gives a segment to a speaker; with `andLater` all later ones of the same speaker, too. */
    give: (segment: EditedSegment, to: Receiver, { andLater = false }: { andLater?: boolean } = {}): void => {
      edit('other speaker', (state) => {
        const { overlay, kept } = state;
        const segments = andLater ? thisAndLater(applyEdits(kept.original, overlay), segment) : [segment];
        return giveSegmentsTo(kept.original, overlay, { segments, speaker: numberOf(to, state) });
      });
    },

    /** Gives some words to a speaker, which divides the segment that they are of. */
    giveWords: (words: readonly PlaceRange[], to: Receiver): void =>
      edit('other speaker', (state) =>
        giveWordsTo(state.kept.original, state.overlay, { words, speaker: numberOf(to, state) }),
      ),

    write: (segment: EditedSegment, text: string): void =>
      edit('new text', ({ kept, overlay }) => replaceText(kept.original, overlay, { segment, text })),

    /** Puts a suppressed segment back, by its index in the original. */
    restore: (segment: number): void =>
      edit('restored text', ({ kept, overlay }) => restoreSuppressed(kept.original, overlay, segment)),

    undo: (): void => store.dispatch({ type: 'undo' }),
    redo: (): void => store.dispatch({ type: 'redo' }),
  };
}

const numberOf = (to: Receiver, { kept, overlay }: EditState): number =>
  to === 'new' ? newSpeaker(kept.original, overlay) : to;

const thisAndLater = (segments: readonly EditedSegment[], { speaker, words }: EditedSegment) =>
  segments.filter((each) => each.speaker === speaker && each.words[0]!.first >= words[0]!.first);
