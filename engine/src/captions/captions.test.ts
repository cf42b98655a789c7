import { expect, test } from 'vitest';

import { composeSegments } from '../segments.ts';
import type { Segment } from '../types.ts';
import { cutCues } from './cues.ts';
import { renderSrt, renderVtt } from './subtitles.ts';
import { renderTurns } from './turns.ts';

/** A segment of words that each last 0.4 s and begin every half second. */
function said(speaker: number, start: number, text: string): Segment {
  const words = text.split(' ').map((word, index) => {
    return { text: word, start: start + index / 2, end: start + index / 2 + 0.4, confidence: 1 };
  });
  return { ...composeSegments(words, [])[0]!, speaker };
}

const talk = [
  said(1, 0.25, 'Is Q&A at <nine>?'),
  said(2, 3599.8, 'Yes, from nine until half past ten on the second floor.'),
  said(2, 3608, 'See you.'),
  said(1, 3609.5, 'Thanks.'),
];

test('SubRip has numbered cues with the speaker and a comma before the milliseconds', () => {
  expect(renderSrt(talk)).toBe(`1
00:00:00,250 --> 00:00:02,150
Speaker 1: Is Q&A at <nine>?

2
00:59:59,800 --> 01:00:05,200
Speaker 2: Yes, from nine until half
past ten on the second floor.

3
01:00:08,000 --> 01:00:08,900
Speaker 2: See you.

4
01:00:09,500 --> 01:00:09,900
Speaker 1: Thanks.
`);
});

test('WebVTT has voice spans, and signs that would be read as its own are escaped', () => {
  expect(renderVtt(talk)).toBe(`WEBVTT

00:00:00.250 --> 00:00:02.150
<v Speaker 1>Is Q&amp;A at &lt;nine&gt;?

00:59:59.800 --> 01:00:05.200
<v Speaker 2>Yes, from nine until half
past ten on the second floor.

01:00:08.000 --> 01:00:08.900
<v Speaker 2>See you.

01:00:09.500 --> 01:00:09.900
<v Speaker 1>Thanks.
`);
});

test('times are rounded to the millisecond, and hours go on past a day', () => {
  expect(renderVtt([said(1, 59.9996, 'Late.')])).toContain('00:01:00.000 --> 00:01:00.400');
  expect(renderVtt([said(1, 100 * 3600, 'Later.')])).toContain('100:00:00.000 --> 100:00:00.400');
});

test('a recording without words has no cues and no turns', () => {
  expect([renderSrt([]), renderVtt([]), renderTurns([])]).toEqual(['', 'WEBVTT\n', '']);
});

test('a turn is a line, whatever pauses its speaker makes', () => {
  expect(renderTurns(talk)).toBe(
    [
      '[Speaker 1]: Is Q&A at <nine>?',
      '[Speaker 2]: Yes, from nine until half past ten on the second floor. See you.',
      '[Speaker 1]: Thanks.',
    ].join('\n'),
  );
});

test('a long segment is cut into captions of at most seven seconds and two lines of 42 characters', () => {
  const text =
    'extraordinarily uncharacteristic responsibilities I go to it as we do so it is up to us to be at it';
  const segment = said(1, 10, `${text} ${text} ${text}`);
  const cues = cutCues([segment]);
  expect(cues.flatMap(({ lines }) => lines).join(' ')).toBe(segment.text);
  for (const { start, end, lines } of cues) {
    expect(end - start).toBeLessThanOrEqual(7);
    expect(lines.length).toBeLessThanOrEqual(2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
  }
  expect(cues[0]!.start).toBe(10);
  expect(cues.at(-1)!.end).toBe(segment.end);
});

test('lines of a caption are of like length', () => {
  const [cue] = cutCues([said(1, 0, 'The next train to Melbourne leaves at half past nine')]);
  expect(cue!.lines).toEqual(['The next train to Melbourne', 'leaves at half past nine']);
});

test('a word that is longer than a line, or than a caption may last, is shown whole', () => {
  const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
  expect(cutCues([said(1, 0, `Eine ${long} bitte`)]).map(({ lines }) => lines)).toEqual([
    ['Eine'],
    [long],
    ['bitte'],
  ]);
  const words = [{ text: 'Om', start: 0, end: 9, confidence: 1 }];
  expect(cutCues([{ ...said(1, 0, 'Om'), end: 9, words }])).toMatchObject([{ start: 0, end: 9 }]);
});
