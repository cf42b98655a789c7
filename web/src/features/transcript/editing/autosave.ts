import type { SaveEdits } from '@icana/contract/app';

import { ApiError, messageOf } from '../../../lib/api.ts';
import { isSaved, type EditAction } from './edit-state.ts';
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

  async function sendAll(): Promise<void> {
    const { overlay, kept } = store.state();
    store.dispatch({ type: 'saving' });
    try {
      const revision = await send({ overlay, revision: kept.revision });
      store.dispatch({ type: 'saved', overlay, revision });
    } catch (error) {
      store.dispatch(failureOf(error));
    }
  }

  const save = async (): Promise<void> => {
    clearTimeout(timer);
    underWay ??= sendAll().finally(() => {
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

function failureOf(error: unknown): EditAction {
  if (error instanceof ApiError && error.code === 'edits.conflict') return { type: 'conflicted' };
  const { status, code } = error instanceof ApiError ? error : { status: undefined, code: '' };
  const mayHeal = status !== undefined && (status === 0 || status === 429 || status >= 500);
  const failure = { message: messageOf(error), mayHeal, isSessionLost: code === 'session.missing' };
  return { type: 'failed', failure };
}
