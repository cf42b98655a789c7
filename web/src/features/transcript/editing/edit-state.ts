import type { Original, Overlay } from '@icana/contract/edits';

/** A transcript as the service has it. */
export interface KeptTranscript {
  readonly original: Original;
  readonly overlay: Overlay;
  readonly revision: number;
}

/** What was edited, in a word or two for the one who undoes it, and the edits without it. */
interface Step {
  readonly what: string;
  readonly overlay: Overlay;
}

/** How it stands with keeping the edits, where they are not kept already. */
type Saving =
  | { readonly is: 'due' }
  | { readonly is: 'under-way' }
  | { readonly is: 'failed'; readonly failure: SaveFailure }
  /** Somebody else has changed the transcript since. */
  | { readonly is: 'conflict' };

interface SaveFailure {
  readonly message: string;
  /** Whether it is worth to try again without having been asked to. */
  readonly mayHeal: boolean;
  /** Whether the person has to log in first. */
  readonly isSessionLost: boolean;
}

/** A transcript that is being edited. */
export interface EditState {
  readonly kept: KeptTranscript;
  /** The edits as they are on the page. */
  readonly overlay: Overlay;
  /** What was sent to be kept and not answered. It may be kept, as the next revision, or still come to be. */
  readonly unanswered: Overlay | null;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  readonly saving: Saving;
}

export type EditAction =
  | { readonly type: 'edit'; readonly what: string; readonly overlay: Overlay }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'saving'; readonly overlay: Overlay }
  | { readonly type: 'saved'; readonly overlay: Overlay; readonly revision: number }
  | { readonly type: 'failed'; readonly failure: SaveFailure; readonly unanswered: Overlay | null }
  | { readonly type: 'conflicted' }
  /** What was saved elsewhere. It never takes the place of what this page has not saved. */
  | { readonly type: 'newer'; readonly transcript: KeptTranscript }
  /** What the service has instead of all that is on the page. */
  | { readonly type: 'taken'; readonly transcript: KeptTranscript };

/** Further back nobody goes, and every step holds edits of the whole transcript. */
const MOST_STEPS = 200;

/** Edits that were not kept when the page was left, and the kept ones that they were made from. */
export interface UnsavedEdits {
  readonly overlay: Overlay;
  readonly unanswered: Overlay | null;
  readonly madeFrom: Pick<KeptTranscript, 'overlay' | 'revision'>;
}

export const unsavedEdits = ({ overlay, unanswered, kept }: EditState): UnsavedEdits => ({
  overlay,
  unanswered,
  madeFrom: { overlay: kept.overlay, revision: kept.revision },
});

export const startEditing = (kept: KeptTranscript): EditState => ({
  kept,
  overlay: kept.overlay,
  unanswered: null,
  past: [],
  future: [],
  saving: { is: 'due' },
});

/** Goes on where the page was left. Whether something came in between, the service says when the edits are sent. */
export function resumeEditing(loaded: KeptTranscript, unsaved: UnsavedEdits): EditState {
  const { overlay, unanswered, madeFrom } = unsaved;
  const before = { ...startEditing({ ...loaded, ...madeFrom }), unanswered };
  return reduceEdits(before, { type: 'edit', what: 'unsaved changes', overlay });
}

/** Whether the service has what is on the page, and nothing else. */
export const isSaved = ({ kept, overlay, unanswered }: EditState): boolean =>
  kept.overlay === overlay && unanswered === null;

export function reduceEdits(state: EditState, action: EditAction): EditState {
  const { overlay, past, future } = state;
  switch (action.type) {
    case 'edit': {
      if (action.overlay === overlay) return state;
      const steps = [...past, { what: action.what, overlay }].slice(-MOST_STEPS);
      return withDue({ ...state, overlay: action.overlay, past: steps, future: [] });
    }
    case 'undo': {
      const step = past.at(-1);
      if (!step) return state;
      const steps = [...future, { ...step, overlay }];
      return withDue({ ...state, overlay: step.overlay, past: past.slice(0, -1), future: steps });
    }
    case 'redo': {
      const step = future.at(-1);
      if (!step) return state;
      const steps = [...past, { ...step, overlay }];
      return withDue({ ...state, overlay: step.overlay, past: steps, future: future.slice(0, -1) });
    }
    case 'saved': {
      const kept = { ...state.kept, overlay: action.overlay, revision: action.revision };
      return { ...state, kept, unanswered: null, saving: { is: 'due' } };
    }
    case 'newer': {
      const { transcript } = action;
      return isSaved(state) && transcript.revision > state.kept.revision ? startEditing(transcript) : state;
    }
    case 'taken':
      return startEditing(action.transcript);
    case 'saving':
      return { ...state, unanswered: action.overlay, saving: { is: 'under-way' } };
    case 'failed':
      return { ...state, unanswered: action.unanswered, saving: { is: 'failed', failure: action.failure } };
    default:
      return { ...state, unanswered: null, saving: { is: 'conflict' } };
  }
}

/** After a failure another edit is another try; one that is under way ends first, and a conflict remains one. */
const withDue = (state: EditState): EditState =>
  state.saving.is === 'failed' ? { ...state, saving: { is: 'due' } } : state;
