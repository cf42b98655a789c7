import { reduceEdits, type EditAction, type EditState } from './edit-state.ts';

export type EditStore = ReturnType<typeof createEditStore>;

/** Where the edits of one page are, for its components and for what keeps them. */
export function createEditStore(initial: EditState) {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    state: (): EditState => state,

    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    dispatch: (action: EditAction): void => {
      const next = reduceEdits(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
  };
}
