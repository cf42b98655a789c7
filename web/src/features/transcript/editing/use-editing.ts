import type { SavedEdits } from '@icana/contract/app';
import { applyEdits, leftOut, NO_EDITS, speakersOf } from '@icana/contract/edits';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import { ask } from '../../../lib/api.ts';
import { jobPath } from '../transcript-queries.ts';
import { createAutosave } from './autosave.ts';
import { createEditActions } from './edit-actions.ts';
import { isSaved, resumeEditing, startEditing, unsavedEdits, type KeptTranscript } from './edit-state.ts';
import { createEditStore } from './edit-store.ts';
import { forgetUnsaved, rememberUnsaved, unsavedEditsOf } from './unsaved-edits.ts';

export type Editing = ReturnType<typeof useEditing>;

/** The edits of a transcript on its page: what they make of it, what can be done, and that they are kept. */
export function useEditing(jobId: string, loaded: KeptTranscript) {
  const [{ store, actions, autosave, openText }] = useState(() => createEditing(jobId, loaded));
  const state = useSyncExternalStore(store.subscribe, store.state);
  useEffect(() => autosave.start(), [autosave]);
  useEffect(() => {
    if (isSaved(state)) forgetUnsaved(jobId);
  }, [jobId, state]);
  useEffect(() => {
    const remember = () => {
      openText.take?.();
      const left = store.state();
      if (!isSaved(left)) rememberUnsaved(jobId, unsavedEdits(left));
    };
    window.addEventListener('pagehide', remember);
    return () => {
      window.removeEventListener('pagehide', remember);
      remember();
    };
  }, [jobId, store, openText]);

  const take = (transcript: KeptTranscript): void => {
    openText.take = null;
    store.dispatch({ type: 'taken', transcript });
  };
  const { overlay } = state;
  const { original } = state.kept;
  const segments = useMemo(() => applyEdits(original, overlay), [original, overlay]);
  const recognised = useMemo(() => applyEdits(original, NO_EDITS), [original]);
  const speakers = useMemo(() => speakersOf(segments, overlay), [segments, overlay]);
  const omitted = useMemo(() => leftOut(original, overlay), [original, overlay]);
  return {
    state,
    segments,
    recognised,
    speakers,
    omitted,
    actions,
    openText,
    /** The state as it is now, which may be newer than what is shown. */
    latest: store.state,
    /** Keeps everything at once, a text that is being typed included. True when the service has it all. */
    flush: async (): Promise<boolean> => {
      openText.take?.();
      return await autosave.flush();
    },
    /** Puts what the service has in place of what is on the page. */
    take,
    /** Shows what was saved elsewhere, where neither an edit nor a text that is being typed would be lost. */
    catchUp: (transcript: KeptTranscript): void => {
      if (!openText.isChanged) store.dispatch({ type: 'newer', transcript });
    },
    /** Gives up what is not kept. */
    abandon: (): void => take(store.state().kept),
  };
}

/** A text that somebody is typing, which is not part of the edits until it is taken. */
export interface OpenText {
  take: (() => void) | null;
  isChanged: boolean;
}

function createEditing(jobId: string, loaded: KeptTranscript) {
  const unsaved = unsavedEditsOf(jobId);
  const store = createEditStore(unsaved ? resumeEditing(loaded, unsaved) : startEditing(loaded));
  const autosave = createAutosave({
    store,
    send: async (body) => (await ask<SavedEdits>('PUT', jobPath(jobId, '/edits'), { body })).revision,
  });
  const openText: OpenText = { take: null, isChanged: false };
  return { store, actions: createEditActions(store), autosave, openText };
}
