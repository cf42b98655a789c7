import { parse } from '@plussub/srt-vtt-parser';
import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';

import { composeSegments } from '../segments.ts';
import { cutCues } from './cues.ts';
import { renderSrt, renderVtt } from './subtitles.ts';

const hostile = fc.constantFrom(
  '-->', '00:00:01,000', '<v Eve>', '</v>', '&amp;', '&', '<00:01.000>', 'NOTE', 'WEBVTT', '{b}', '1',
  'a\n\nb', '\r\n', '\u0000', 'שלום', '\u202Eesrever', '👩‍👩‍👧‍👦', 'e\u0301'.repeat(9), '漢字'.repeat(40), 'w'.repeat(300), '。',
); // prettier-ignore
const written = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((text) => text.trim() !== '');
const wordText = fc.oneof({ weight: 3, arbitrary: written }, hostile);

/** Words of several speakers, in order, that may touch and may have long pauses between them. */
const talks = fc
  .array(
    fc.record({
      text: wordText,
      seconds: fc.double({ min: 0.024, max: 3, noNaN: true }),
      pause: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
      speaker: fc.nat({ max: 2 }),
    }),
    { maxLength: 60 },
  )
  .map((words) => {
    let at = 0;
    const placed = words.map(({ text, seconds, pause, speaker }) => {
      const start = at + pause;
      at = start + seconds;
      return { word: { text, start, end: at, confidence: 1 }, turn: { start, end: at, speaker } };
    });
    return composeSegments(
      placed.map(({ word }) => word),
      placed.map(({ turn }) => turn),
    );
  });

const names = fc.dictionary(fc.constantFrom('1', '2', '3'), fc.oneof(written, hostile), {
  noNullPrototype: true,
});

/** What can be seen of a text, without the signs that SubRip cannot hold. */
const visible = (text: string) => text.replaceAll(/[\s\p{Cc}]+/gu, '');

const RUNS = { numRuns: 300, seed: 7 };

test('captions hold every word once and in order, in at most two lines of 42 columns', () => {
  fc.assert(
    fc.property(talks, fc.nat({ max: 22 }), (segments, label) => {
      const cues = cutCues(segments, () => label);
      expect(visible(cues.flatMap(({ lines }) => lines).join(''))).toBe(
        visible(segments.flatMap(({ words }) => words.map(({ text }) => text)).join('')),
      );
      for (const { lines } of cues) {
        expect(lines.length).toBeLessThanOrEqual(2);
        expect(label + stringWidth(lines[0]!)).toBeLessThanOrEqual(42);
        expect(stringWidth(lines[1] ?? '')).toBeLessThanOrEqual(42);
      }
    }),
    RUNS,
  );
});

test('captions never overlap, last seven seconds at most, and a second at least where there is room', () => {
  fc.assert(
    fc.property(talks, (segments) => {
      const cues = cutCues(segments, () => 0);
      cues.forEach(({ start, end }, index) => {
        const free = cues[index - 1]?.end ?? 0;
        const next = cues[index + 1]?.start ?? Infinity;
        expect(start).toBeGreaterThanOrEqual(free);
        expect(end).toBeGreaterThan(start);
        expect(end - start).toBeLessThanOrEqual(7 + 1e-9);
        const fillsItsRoom = start === free && end === next;
        expect(end - start >= 1 - 1e-9 || fillsItsRoom).toBe(true);
      });
    }),
    RUNS,
  );
});

/** SubRip cannot hold some signs: those that stand in for them count as the same. */
const comparable = (text: string) => visible(text).replaceAll('→', '-->').replaceAll('‹', '<');

test('a reader of SubRip gets every word and caption, whatever is said', () => {
  fc.assert(
    fc.property(talks, (segments) => {
      const entries = readSrt(renderSrt(segments));
      const texts = entries.map(({ text }) => text.replace(/^Speaker \d:/u, ''));
      const said = segments.flatMap(({ words }) => words.map(({ text }) => text));
      expect(comparable(texts.join(''))).toBe(comparable(said.join('')));
      for (const { from, to } of entries) expect(to).toBeGreaterThan(from);
    }),
    RUNS,
  );
});

test('a reader of SubRip gets every caption, whatever speakers are called', () => {
  fc.assert(
    fc.property(talks, names, (segments, called) => {
      const srt = renderSrt(segments, called);
      expect(readSrt(srt)).toHaveLength(srt.split('\n\n').filter((cue) => cue !== '').length);
    }),
    RUNS,
  );
});

interface SrtEntry {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function readSrt(srt: string): SrtEntry[] {
  // Its types are written for a bundler and resolve to nothing here.
  return srt === '' ? [] : (parse(srt) as { entries: SrtEntry[] }).entries;
}

test('a validator of WebVTT finds nothing to complain about, and every caption', () => {
  fc.assert(
    fc.property(talks, names, (segments, called) => {
      const { cues, errors } = new WebVTTParser().parse(renderVtt(segments, called), 'subtitles');
      expect(errors).toEqual([]);
      expect(cues).toHaveLength(cutCues(segments, () => 0).length);
    }),
    RUNS,
  );
});

test('a talk of two hours without a pause is cut within seconds', () => {
  const words = Array.from({ length: 18_000 }, (_, index) => {
    return {
      text: index % 9 === 8 ? 'word,' : 'word',
      start: index * 0.4,
      end: index * 0.4 + 0.4,
      confidence: 1,
    };
  });
  const segments = composeSegments(words, []);
  const start = performance.now();
  expect(cutCues(segments, () => 11).length).toBeGreaterThan(900);
  expect(performance.now() - start).toBeLessThan(5000);
});
