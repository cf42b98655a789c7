import { textOf } from '@icana/contract/edits';
import {
  composeSegments,
  composeSuppressed,
  numberSpeakers,
  textOf as textOfWords,
  type SpeakerTurn,
  type Word,
} from '@icana/engine';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { NO_EDITS } from '@icana/contract/edits';
import { editTranscript, originalOf, renderEdited } from './edited.rules.ts';
import {
  giveToOthers,
  renderTranscript,
  withSuppressed,
  writeFile,
  writeSegments,
} from './transcripts.rules.ts';

const text = fc.constantFrom('So', 'it', 'goes.', '今', '日は。', 'スト', 'Q&A', '<b>', '𠮷');
const REASONS = ['low-confidence', 'repetition', 'noise-floor'] as const;

/** Words in order, some of them suppressed, and turns of up to three speakers beside them. */
const heard = fc
  .array(
    fc.record({
      text,
      seconds: fc.integer({ min: 20, max: 900 }),
      pause: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2500 })),
      confidence: fc.integer({ min: 0, max: 1000 }),
      estimated: fc.boolean(),
      overlap: fc.boolean(),
      reason: fc.option(fc.constantFrom(...REASONS), { nil: undefined, freq: 4 }),
    }),
    { maxLength: 40 },
  )
  .map((parts) => {
    let atMs = 0;
    return parts.map(({ seconds, pause, confidence, estimated, overlap, ...rest }) => {
      const startMs = atMs + pause;
      atMs = startMs + seconds;
      const times = { start: startMs / 1000, end: atMs / 1000 };
      return {
        ...rest,
        ...times,
        confidence: confidence / 1000,
        ...(estimated && { estimated: true as const }),
        ...(overlap && { overlap: true as const }),
      };
    });
  });

const turns = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 2 })), { minLength: 1, maxLength: 8 })
  .map((parts) => {
    let start = 0;
    return parts.map(([seconds, speaker]): SpeakerTurn => {
      const turn = { start, end: start + seconds, speaker };
      start = turn.end + 0.25;
      return turn;
    });
  });

type Heard = Word & { reason: (typeof REASONS)[number] | undefined };

function keptOf(words: readonly Heard[], who: readonly SpeakerTurn[]) {
  const numberOf = numberSpeakers();
  const suppressed = words.flatMap(({ reason, ...word }) => (reason ? [{ reason, words: [word] }] : []));
  const believed = words.filter(({ reason }) => !reason).map(({ reason: _reason, ...word }) => word);
  return renderTranscript({
    segments: composeSegments(believed, who, numberOf),
    suppressed: composeSuppressed(suppressed, who, numberOf),
  });
}

const RUNS = { numRuns: 500, seed: 3 };

test('without edits, an edited transcript is the one that was kept, in every form', () => {
  fc.assert(
    fc.property(heard, turns, (words, who) => {
      const kept = keptOf(words, who);
      const edited = editTranscript(kept, NO_EDITS);
      expect(renderEdited(edited)).toEqual(kept);
      for (const format of ['txt', 'srt', 'vtt'] as const) {
        expect(writeSegments({ segments: edited.segments }, format)).toBe(writeFile(kept, format));
      }
    }),
    RUNS,
  );
});

test('with all that was suppressed it has the words of the kept one with it', () => {
  fc.assert(
    fc.property(heard, turns, (words, who) => {
      const kept = keptOf(words, who);
      const edited = renderEdited(editTranscript(kept, NO_EDITS, { withSuppressed: true }));
      const byTime = [...edited.words].sort((a, b) => a.start - b.start);
      expect(byTime).toEqual([...withSuppressed(kept).words].sort((a, b) => a.start - b.start));
      expect(edited.suppressed).toEqual([]);
    }),
    RUNS,
  );
});

test('every word keeps its place however often its speakers are counted anew', () => {
  fc.assert(
    fc.property(heard, turns, turns, (words, first, second) => {
      const kept = keptOf(words, first);
      const placesOf = (transcript: typeof kept) => {
        const original = originalOf(transcript);
        return original.words.map(({ segment, ...word }) => ({
          ...word,
          isSuppressed: original.segments[segment]!.reason !== undefined,
        }));
      };
      const counted = giveToOthers(kept, second);
      expect(placesOf(counted)).toEqual(placesOf(kept));
      expect(placesOf(giveToOthers(counted, first))).toEqual(placesOf(kept));
    }),
    RUNS,
  );
});

test('the browser and the engine put the same spaces between words', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.string({ minLength: 1, unit: 'grapheme' }))), (texts) => {
      expect(textOf(texts)).toBe(textOfWords(texts.map((each) => ({ text: each }))));
    }),
    RUNS,
  );
});
