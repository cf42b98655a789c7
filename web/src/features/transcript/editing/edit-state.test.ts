import { applyEdits, NO_EDITS, type Original, type Overlay } from '@icana/contract/edits';
import { describe, expect, test } from 'vitest';

import { createEditActions } from './edit-actions.ts';
import { isSaved, reduceEdits, resumeEditing, startEditing, unsavedEdits } from './edit-state.ts';
import { createEditStore } from './edit-store.ts';
import { ownChanges } from './own-changes.ts';

const SAID = [
  [1, 'Good morning.'],
  [2, 'Hello.'],
  [1, 'How long?'],
  [2, 'Three hours.'],
] as const;
const ORIGINAL: Original = {
  words: SAID.flatMap(([, text], segment) =>
    text.split(' ').map((word, index) => {
      const start = segment * 10 + index;
      return { start, end: start + 0.9, text: word, confidence: 0.9, segment };
    }),
  ),
  segments: SAID.map(([speaker], index) => ({
    start: index * 10,
    end: index * 10 + 2,
    speaker,
    confidence: 0.9,
  })),
};
const KEPT = { original: ORIGINAL, overlay: NO_EDITS, revision: 3 };

const edited = (name: string): Overlay => ({ ...NO_EDITS, names: { 1: name } });

function editor() {
  const store = createEditStore(startEditing(KEPT));
  const segments = () => applyEdits(ORIGINAL, store.state().overlay);
  return {
    store,
    actions: createEditActions(store),
    segments,
    speakers: () => segments().map(({ speaker }) => speaker),
  };
}

describe('edits', () => {
  test('are undone and done again, one by one, and a new one ends what could be done again', () => {
    const { store, actions } = editor();
    actions.rename(1, 'Ada');
    actions.merge(2, 1);
    const merged = store.state().overlay;
    actions.undo();
    expect(store.state().overlay).toMatchObject({ names: { 1: 'Ada' }, voices: [] });
    expect(store.state().future.at(-1)?.what).toBe('merged speakers');
    actions.undo();
    actions.undo();
    expect(isSaved(store.state())).toBe(true);
    actions.redo();
    actions.redo();
    actions.redo();
    expect(store.state().overlay).toBe(merged);
    actions.undo();
    actions.rename(2, 'Bob');
    expect(store.state().future).toEqual([]);
  });

  test('that change nothing are no step', () => {
    const { store, actions, segments } = editor();
    actions.write(segments()[0]!, ' Good  morning. ');
    expect(store.state().past).toEqual([]);
  });

  test('give a segment, or it and all later ones of its speaker, or some of its words, to another or to a new one', () => {
    const { actions, segments, speakers } = editor();
    actions.give(segments()[1]!, 1);
    expect(speakers()).toEqual([1, 1, 1, 2]);
    actions.undo();
    actions.give(segments()[0]!, 'new', { andLater: true });
    expect(speakers()).toEqual([3, 2, 3, 2]);
    actions.undo();
    actions.give(segments()[2]!, 'new', { andLater: true });
    expect(speakers()).toEqual([1, 2, 3, 2]);
    actions.undo();
    actions.giveWords(segments()[2]!.words.slice(1), 2);
    expect(segments().map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual([
      '1: Good morning.',
      '2: Hello.',
      '1: How',
      '2: long?',
      '2: Three hours.',
    ]);
  });

  test('go back no further than two hundred steps', () => {
    const { store, actions } = editor();
    for (let count = 0; count < 250; count += 1) actions.rename(1, `name ${count}`);
    expect(store.state().past).toHaveLength(200);
    expect(store.state().past[0]?.overlay.names).toEqual({ 1: 'name 49' });
  });
});

describe('edits that are kept', () => {
  test('are saved once the service has the very ones that are on the page', () => {
    let state = reduceEdits(startEditing(KEPT), { type: 'edit', what: '', overlay: edited('Ada') });
    const { overlay } = state;
    state = reduceEdits(state, { type: 'saving', overlay });
    state = reduceEdits(state, { type: 'edit', what: '', overlay: edited('Bob') });
    expect(state.saving.is).toBe('under-way');
    state = reduceEdits(state, { type: 'saved', overlay, revision: 4 });
    expect([isSaved(state), state.saving.is, state.kept.revision]).toEqual([false, 'due', 4]);
  });

  test('are tried again by the next edit after a failure, but never after a conflict', () => {
    const failure = { message: 'away', mayHeal: true, isSessionLost: false };
    const failed = reduceEdits(startEditing(KEPT), { type: 'failed', failure, unanswered: null });
    expect(reduceEdits(failed, { type: 'edit', what: '', overlay: edited('Ada') }).saving.is).toBe('due');
    const conflict = reduceEdits(startEditing(KEPT), { type: 'conflicted' });
    expect(reduceEdits(conflict, { type: 'edit', what: '', overlay: edited('Ada') }).saving.is).toBe(
      'conflict',
    );
  });

  test('that waited in the browser go on where they were, whatever came in between', () => {
    const sent = reduceEdits(startEditing(KEPT), { type: 'saving', overlay: edited('Bob') });
    const left = reduceEdits(sent, { type: 'edit', what: '', overlay: edited('Ada') });
    const theirs = { ...KEPT, overlay: edited('Eve'), revision: 4 };
    for (const loaded of [KEPT, theirs]) {
      const state = resumeEditing(loaded, unsavedEdits(left));
      expect([state.kept, state.overlay, state.unanswered]).toEqual([KEPT, edited('Ada'), edited('Bob')]);
      expect([state.saving.is, isSaved(state)]).toEqual(['due', false]);
      expect(reduceEdits(state, { type: 'undo' }).overlay).toBe(NO_EDITS);
    }
  });

  test('are put aside, history and all, for what the service has', () => {
    const { store, actions } = editor();
    actions.rename(1, 'Ada');
    const theirs = { ...KEPT, overlay: edited('Eve'), revision: 9 };
    store.dispatch({ type: 'taken', transcript: theirs });
    expect(store.state()).toMatchObject({ overlay: theirs.overlay, past: [], future: [] });
    expect(isSaved(store.state())).toBe(true);
  });
});

describe('edits that were saved elsewhere', () => {
  const newer = { type: 'newer', transcript: { ...KEPT, overlay: edited('Eve'), revision: 9 } } as const;

  test('are shown where everything is saved, and old ones never', () => {
    const shown = reduceEdits(startEditing(KEPT), newer);
    expect([shown.overlay, shown.kept.revision, isSaved(shown)]).toEqual([edited('Eve'), 9, true]);
    expect(reduceEdits(shown, { type: 'newer', transcript: KEPT })).toBe(shown);
    expect(reduceEdits(shown, newer)).toBe(shown);
  });

  test('wait for what is not saved, and for the answer to what was sent', () => {
    const unsaved = reduceEdits(startEditing(KEPT), { type: 'edit', what: '', overlay: edited('Ada') });
    expect(reduceEdits(unsaved, newer)).toBe(unsaved);
    const sent = reduceEdits(unsaved, { type: 'saving', overlay: unsaved.overlay });
    const undone = reduceEdits(sent, { type: 'undo' });
    expect([undone.overlay, isSaved(undone)]).toEqual([NO_EDITS, false]);
    expect(reduceEdits(undone, newer)).toBe(undone);
    expect(reduceEdits(reduceEdits(undone, { type: 'conflicted' }), newer).overlay).toEqual(edited('Eve'));
  });
});

test('what somebody changed is told line by line, and nothing else', () => {
  const { store, actions, segments } = editor();
  actions.rename(2, 'Ada');
  const before = store.state().overlay;
  actions.rename(1, 'Bob');
  actions.write(segments()[3]!, 'Four hours.');
  actions.give(segments()[1]!, 1);
  expect(ownChanges(ORIGINAL, { before, after: store.state().overlay })).toEqual([
    'Speaker 1 is called Bob',
    'Bob: Hello.',
    'Ada: Four hours.',
  ]);
});
