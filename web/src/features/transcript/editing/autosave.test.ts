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

type Outcome = (edits: SaveEdits) => Promise<number>;
const takes: Outcome = async ({ revision }) => revision + 1;
const refuses =
  (status: number, code: string): Outcome =>
  async () => {
    throw new ApiError({ status, code, message: 'no' });
  };
const inTurn = (outcomes: readonly Outcome[]): Outcome => {
  const left = outcomes.values();
  return async (edits) => await left.next().value!(edits);
};
const gistOf = ({ overlay, revision }: SaveEdits): string => `${overlay.names[1] ?? 'nobody'} ${revision}`;
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
    const { store, sent, edit } = page(async (edits) => await (isAway ? refuses(0, '') : takes)(edits));
    edit('A');
    await vi.advanceTimersByTimeAsync(2000);
    expect(store.state().saving.is).toBe('failed');
    isAway = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect([sent.length, isSaved(store.state())]).toEqual([2, true]);
  });

  const lost = refuses(0, '');
  const TROUBLES: [string, Outcome[], string[]][] = [
    ['as they were where the answer was lost', [lost, takes, takes], ['A 0', 'A 0', 'B 1']],
    ['as they were when a proxy gave up, too', [refuses(504, ''), takes, takes], ['A 0', 'A 0', 'B 1']],
    [
      'as they were whatever is refused then',
      [lost, refuses(401, ''), takes, takes],
      ['A 0', 'A 0', 'A 0', 'B 1'],
    ],
    ['as they are by then, where they were refused', [refuses(400, ''), takes], ['A 0', 'B 0']],
  ];
  test.each(TROUBLES)('%s, and newer ones after them', async (_, outcomes, expected) => {
    const { store, sent, edit, autosave } = page(inTurn(outcomes));
    edit('A');
    await vi.advanceTimersByTimeAsync(800);
    edit('B');
    await vi.advanceTimersByTimeAsync(800);
    expect(await autosave.flush()).toBe(true);
    expect(sent.map(gistOf)).toEqual(expected);
    expect(isSaved(store.state())).toBe(true);
  });

  test('where the answer was lost also when they were undone, which is saved only then', async () => {
    const { store, sent, edit } = page(inTurn([lost, takes, takes]));
    edit('A');
    await vi.advanceTimersByTimeAsync(800);
    store.dispatch({ type: 'undo' });
    expect(isSaved(store.state())).toBe(false);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(isSaved(store.state())).toBe(true);
    expect(sent.map(gistOf)).toEqual(['A 0', 'A 0', 'nobody 1']);
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
