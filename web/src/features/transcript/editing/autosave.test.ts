import type { SaveEdits } from '@icana/contract/app';
import { NO_EDITS, type Overlay } from '@icana/contract/edits';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ApiError } from '../../../lib/api.ts';
import { createAutosave } from './autosave.ts';
import { isSaved, startEditing } from './edit-state.ts';
import { createEditStore } from './edit-store.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Edits that are sent to a service that answers as the test says. */
function page(answer: (edits: SaveEdits) => Promise<number>) {
  const original = { words: [], segments: [] };
  const store = createEditStore(startEditing({ original, overlay: NO_EDITS, revision: 0 }));
  const sent: SaveEdits[] = [];
  const autosave = createAutosave({
    store,
    send: async (edits) => {
      sent.push(edits);
      return await answer(edits);
    },
  });
  const leave = autosave.start();
  const edit = (name: string): void => {
    const overlay: Overlay = { ...NO_EDITS, names: { 1: name } };
    store.dispatch({ type: 'edit', what: '', overlay });
  };
  return { store, autosave, sent, edit, leave };
}

const takes = async ({ revision }: SaveEdits) => revision + 1;
const refuses = (status: number, code: string) => async () => {
  throw new ApiError({ status, code, message: 'no' });
};
const MINUTE = 60_000;

describe('edits are kept', () => {
  test('a moment after the last of several, at once', async () => {
    const { store, sent, edit } = page(takes);
    edit('A');
    await vi.advanceTimersByTimeAsync(500);
    edit('Ad');
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([{ overlay: { ...NO_EDITS, names: { 1: 'Ad' } }, revision: 0 }]);
    expect(isSaved(store.state())).toBe(true);
  });

  test('one request after the other, each made from what the one before was kept as', async () => {
    const gate = Promise.withResolvers<void>();
    const { store, sent, edit, autosave } = page(async (edits) => {
      await gate.promise;
      return await takes(edits);
    });
    edit('A');
    const flushed = autosave.flush();
    edit('B');
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(sent).toHaveLength(1);
    gate.resolve();
    expect(await flushed).toBe(true);
    expect(sent.map(({ revision }) => revision)).toEqual([0, 1]);
    expect(isSaved(store.state())).toBe(true);
  });

  test('again after a while, when the service was away', async () => {
    let isAway = true;
    const { store, sent, edit } = page(async (edits) =>
      isAway ? await refuses(0, '')() : await takes(edits),
    );
    edit('A');
    await vi.advanceTimersByTimeAsync(2000);
    expect(store.state().saving.is).toBe('failed');
    isAway = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect([sent.length, isSaved(store.state())]).toEqual([2, true]);
  });

  test.each([
    ['a refusal', 400, 'request.invalid'],
    ['the end of the session', 401, 'session.missing'],
  ])('not again by themselves after %s, but when they are asked to be', async (_, status, code) => {
    const { store, sent, edit, autosave } = page(refuses(status, code));
    edit('A');
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(sent).toHaveLength(1);
    expect(store.state().saving).toMatchObject({ failure: { isSessionLost: status === 401 } });
    expect(await autosave.flush()).toBe(false);
    expect(sent).toHaveLength(2);
  });

  test('never over what somebody else has saved', async () => {
    const { store, sent, edit, autosave } = page(refuses(400, 'edits.conflict'));
    edit('A');
    await vi.advanceTimersByTimeAsync(2000);
    edit('B');
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(await autosave.flush()).toBe(false);
    expect([sent.length, store.state().saving.is]).toEqual([1, 'conflict']);
  });

  test('no more once the page has gone', async () => {
    const { sent, edit, leave } = page(takes);
    edit('A');
    leave();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(sent).toEqual([]);
  });
});
