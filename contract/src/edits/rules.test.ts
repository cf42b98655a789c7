import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { overlaySchema } from '../app/transcript.ts';
import {
  applyEdits,
  fromColumns,
  giveWordsTo,
  leftOut,
  mergeSpeakers,
  NO_EDITS,
  renameSpeaker,
  replaceText,
  restoreSuppressed,
  textOf,
  toColumns,
  type Original,
  type Overlay,
} from './index.ts';
import { recognised } from './recognised.fixture.ts';
import { tokensOf } from './spacing.ts';

/* Whatever people do with whatever was recognised. */

const word = fc.constantFrom('so', 'it', 'goes.', 'Jon', '今', '日は', '<img', 'onerror=x>', 'a', 'b');
const originals: fc.Arbitrary<Original> = fc
  .array(
    fc.record({
      speaker: fc.integer({ min: 1, max: 3 }),
      reason: fc.option(fc.constant('noise-floor'), { nil: undefined, freq: 4 }),
      texts: fc.array(word, { minLength: 1, maxLength: 6 }),
    }),
    { maxLength: 8 },
  )
  .map((said) => {
    const { words, segments } = recognised(
      ...said.map(({ speaker, texts, reason }) => [speaker, texts.join(' '), reason] as const),
    );
    return deepFreeze({ words, segments });
  });

type Action = (original: Original, overlay: Overlay) => Overlay;
const segmentAt = (original: Original, overlay: Overlay, at: number) => applyEdits(original, overlay).at(at);
const number = fc.nat({ max: 9 });
const speaker = fc.integer({ min: 1, max: 4 });
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(number, fc.array(word, { maxLength: 8 })).map(([at, words]): Action => (original, overlay) => {
    const segment = segmentAt(original, overlay, at);
    return segment ? replaceText(original, overlay, { segment, text: words.join(' ') }) : overlay;
  }),
  fc.tuple(number, number, speaker).map(([at, from, to]): Action => (original, overlay) => {
    const words = segmentAt(original, overlay, at)?.words.slice(from) ?? [];
    return giveWordsTo(original, overlay, { words, speaker: to });
  }),
  fc.tuple(speaker, speaker).map(
    ([from, into]): Action =>
      (original, overlay) =>
        mergeSpeakers(original, overlay, { from, into }),
  ),
  fc.tuple(speaker, fc.string()).map(
    ([who, name]): Action =>
      (_, overlay) =>
        renameSpeaker(overlay, { speaker: who, name }),
  ),
  number.map((at): Action => (original, overlay) => {
    const left = leftOut(original, overlay).at(at);
    return left ? restoreSuppressed(original, overlay, left.segment) : overlay;
  }),
);

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) deepFreeze(each);
    Object.freeze(value);
  }
  return value;
}

const edited = fc
  .tuple(originals, fc.array(actions, { maxLength: 12 }))
  .map(([original, taken]): { original: Original; overlay: Overlay } => ({
    original,
    // Frozen: an action that changed its arguments would throw.
    overlay: taken.reduce((overlay, act) => deepFreeze(act(original, overlay)), deepFreeze(NO_EDITS)),
  }));

const RUNS = { numRuns: 500, seed: 5 };

const said = (original: Original, overlay: Overlay) =>
  textOf(applyEdits(original, overlay).flatMap(({ words }) => words.map(({ text }) => text)));

/** Ranges with something more, in order. */
const list = <Extra extends object>(extra: fc.Arbitrary<Extra>) =>
  fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 9 }), extra), { maxLength: 6 }).map((parts) => {
    let free = 0;
    return parts.map(([gap, length, more]) => {
      const range = { first: free + gap, last: free + gap + length, ...more };
      free = range.last + 1;
      return range;
    });
  });

const isFirstOfEdit = ({ first }: { first: number }, index: number, words: readonly { first: number }[]) =>
  words[index - 1]?.first !== first;

describe('whatever is edited', () => {
  test('without edits a transcript is the original', () => {
    fc.assert(
      fc.property(originals, (original) => {
        expect(
          applyEdits(original, NO_EDITS).map(({ words: _words, text: _text, ...segment }) => segment),
        ).toEqual(original.segments.filter(({ reason }) => reason === undefined));
        expect(fromColumns(toColumns(original))).toEqual(original);
      }),
      RUNS,
    );
  });

  test('an overlay is what the service takes, and says nothing that the original says', () => {
    fc.assert(
      fc.property(edited, ({ original, overlay }) => {
        expect(overlaySchema.parse(JSON.parse(JSON.stringify(overlay)))).toEqual(overlay);
        for (const { first, last, speaker: given } of overlay.voices) {
          const own = original.words
            .slice(first, last + 1)
            .map(({ segment }) => original.segments[segment]!.speaker);
          expect(own).not.toContain(given);
        }
      }),
      RUNS,
    );
  });

  test('a segment reads as it was written, and the others as before', () => {
    fc.assert(
      fc.property(edited, fc.nat(), fc.array(word, { maxLength: 8 }), ({ original, overlay }, at, words) => {
        const before = applyEdits(original, overlay);
        const index = at % Math.max(1, before.length);
        const segment = before[index];
        if (!segment) return;
        const after = applyEdits(
          original,
          replaceText(original, overlay, { segment, text: words.join(' ') }),
        );
        const text = textOf(tokensOf(words.join(' ')));
        expect(after.map((each) => each.text)).toEqual(
          before.map((each) => each.text).toSpliced(index, 1, ...(text === '' ? [] : [text])),
        );
      }),
      RUNS,
    );
  });

  test('a word that is put in or taken out costs at most one other its times', () => {
    fc.assert(
      fc.property(originals, fc.nat(), fc.nat(), fc.boolean(), (original, at, where, isTaken) => {
        const segments = applyEdits(original, NO_EDITS);
        const segment = segments[at % Math.max(1, segments.length)];
        if (!segment) return;
        const texts = segment.words.map(({ text }) => text);
        const text = textOf(
          texts.toSpliced(where % (texts.length + 1), isTaken ? 1 : 0, ...(isTaken ? [] : ['new'])),
        );
        const { texts: written } = replaceText(original, NO_EDITS, { segment, text });
        expect(written.length).toBeLessThanOrEqual(1);
        for (const { first, last } of written) expect(last).toBe(first);
      }),
      RUNS,
    );
  });

  test('every word is shown once or left out, in order, in the time of its segment', () => {
    fc.assert(
      fc.property(edited, ({ original, overlay }) => {
        const segments = applyEdits(original, overlay);
        let free = 0;
        for (const { first, last } of segments.flatMap(({ words }) => words).filter(isFirstOfEdit)) {
          expect(first).toBeGreaterThanOrEqual(free);
          free = last + 1;
        }
        for (const { start, end, words } of segments) {
          expect(words[0]!.start).toBeGreaterThanOrEqual(start);
          expect(words.at(-1)!.end).toBeLessThanOrEqual(end);
          words.forEach((each, index) => {
            expect(each.end).toBeGreaterThanOrEqual(each.start);
            expect(each.start).toBeGreaterThanOrEqual(words[index - 1]?.end ?? 0);
          });
        }
      }),
      RUNS,
    );
  });

  test('other speakers of the same words change no text', () => {
    fc.assert(
      fc.property(edited, fc.integer({ min: 1, max: 4 }), ({ original, overlay }, length) => {
        const kept = { ...overlay, names: {}, voices: [] };
        // Each word in another segment than before, believed as it was.
        const segments = original.words.map((each, place) => ({
          ...original.segments[each.segment]!,
          start: each.start,
          end: each.end,
          speaker: 1 + (Math.floor(place / length) % 2),
        }));
        const words = original.words.map((each, segment) => ({ ...each, segment }));
        expect(said({ words, segments }, kept)).toBe(said(original, overlay));
      }),
      RUNS,
    );
  });

  test('an overlay that no page has made shows something, and breaks nothing', () => {
    const overlays = fc.record({
      names: fc.constant({}),
      texts: list(fc.record({ text: fc.string() })),
      voices: list(fc.record({ speaker })),
      restored: list(fc.constant({})),
    });
    fc.assert(
      fc.property(originals, overlays, (original, overlay) => {
        for (const segment of applyEdits(original, overlay)) {
          expect(segment.words.length).toBeGreaterThan(0);
          expect(segment.end).toBeGreaterThanOrEqual(segment.start);
          expect(segment.confidence).toBeLessThanOrEqual(1);
          replaceText(original, overlay, { segment, text: 'some other text' });
        }
      }),
      RUNS,
    );
  });
});
