import type { SaveEdits } from '@icana/contract/app';

import { ApiError, messageOf } from '../../../lib/api.ts';
import { isSaved, type EditAction, type EditState } from './edit-state.ts';
import type { EditStore } from './edit-store.ts';

/** So long after the last edit, so that a few in a row are kept at once. */
const QUIET_MS = 800;
const RETRY_MS = 10_000;

/**
 * Keeps edits with the service while they are made. What fails is tried again at the next edit, and after a while
 * where it may have healed by then.
 *
 * @param send keeps the edits, and answers with the revision that this makes
 */
export function createAutosave(parts: { store: EditStore; send: (edits: SaveEdits) => Promise<number> }) {
  const { store, send } = parts;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | undefined;

  /** What nobody knows to be kept or not goes first, as it was: the service takes it once, and newer edits after it. */
  async function sendNext(): Promise<void> {
    const { overlay: shown, unanswered, kept } = store.state();
    const overlay = unanswered ?? shown;
    store.dispatch({ type: 'saving', overlay });
    try {
      const revision = await send({ overlay, revision: kept.revision });
      store.dispatch({ type: 'saved', overlay, revision });
    } catch (error) {
      store.dispatch(failureOf(error, { overlay, unanswered }));
    }
  }

  const save = async (): Promise<void> => {
    clearTimeout(timer);
    underWay ??= sendNext().finally(() => {
      underWay = undefined;
      plan();
    });
    await underWay;
  };

  function plan(): void {
    clearTimeout(timer);
    const state = store.state();
    if (isSaved(state) || underWay) return;
    const { saving } = state;
    if (saving.is === 'due') timer = setTimeout(() => void save(), QUIET_MS);
    if (saving.is === 'failed' && saving.failure.mayHeal) timer = setTimeout(() => void save(), RETRY_MS);
  }

  return {
    /** Begins to watch; returns what ends it. */
    start: (): (() => void) => {
      plan();
      const leave = store.subscribe(plan);
      return () => {
        leave();
        clearTimeout(timer);
      };
    },

    /** Keeps what is not kept yet at once. True when the service has everything. */
    flush: async (): Promise<boolean> => {
      while (!isSaved(store.state())) {
        if (store.state().saving.is === 'conflict') return false;
        await save();
        if (store.state().saving.is === 'failed') return false;
      }
      return true;
    },
  };
}

/**
 * @param sent.overlay what was sent
 * @param sent.unanswered the same, where it was sent before and not answered then
 */
function failureOf(error: unknown, sent: Pick<EditState, 'overlay' | 'unanswered'>): EditAction {
  if (error instanceof ApiError && error.code === 'edits.conflict') return { type: 'conflicted' };
  const { status, code } = error instanceof ApiError ? error : { status: undefined, code: '' };
  const mayHeal = status !== undefined && (status === 0 || status === 429 || status >= 500);
  const failure = { message: messageOf(error), mayHeal, isSessionLost: code === 'session.missing' };
  // A refusal tells nothing of what became of it the time before.
  const isRefused = status !== undefined && status >= 400 && status < 500;
  return { type: 'failed', failure, unanswered: isRefused ? sent.unanswered : sent.overlay };
}
