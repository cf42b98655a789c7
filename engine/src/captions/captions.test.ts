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
Speaker 1: Is Q&A at ‹nine>?

2
00:59:59,800 --> 01:00:05,200
Speaker 2: Yes, from nine until
half past ten on the second floor.

3
01:00:08,000 --> 01:00:09,000
Speaker 2: See you.

4
01:00:09,500 --> 01:00:10,500
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

01:00:08.000 --> 01:00:09.000
<v Speaker 2>See you.

01:00:09.500 --> 01:00:10.500
<v Speaker 1>Thanks.
`);
});

test('times are rounded to the millisecond, and hours go on past a day', () => {
  expect(renderVtt([said(1, 59.9996, 'Late.')])).toContain('00:01:00.000 --> 00:01:01.000');
  expect(renderVtt([said(1, 100 * 3600, 'Later.')])).toContain('100:00:00.000 --> 100:00:01.000');
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

test('speakers are called by their names, where they have any', () => {
  const names = { 2: 'Ada & <Co>\n' };
  expect(renderVtt(talk, names)).toContain('<v Ada &amp; &lt;Co&gt;>See you.');
  expect(renderVtt(talk, names)).toContain('<v Speaker 1>Thanks.');
  expect(renderSrt(talk, names)).toContain('Ada & ‹Co>: See you.');
  expect(renderTurns(talk, names)).toContain('[Ada & <Co>]: Yes,');
  const long = 'The Right Honourable the Lord Mayor of London';
  expect(renderSrt([said(1, 0, 'Hear, hear.')], { 1: long })).toContain('The Right Honourabl…: Hear, hear.');
});

test('SubRip has no line that would be read as times', () => {
  expect(renderSrt([said(1, 0, '00:00:01,000 --> 00:00:02,000 <b>ha</b>')])).toContain(
    'Speaker 1: 00:00:01,000\n→ 00:00:02,000 ‹b>ha‹/b>',
  );
});

const cut = (...segments: Segment[]) => cutCues(segments, () => 0);
const linesOf = (text: string) => cut(said(1, 0, text)).map(({ lines }) => lines);

test('a long segment is cut where sentences and clauses end', () => {
  const text =
    'When the wind had died down, they went out to the boats again. Nobody spoke. ' +
    'It was colder than it had been, and the nets were stiff with ice, so they worked slowly.';
  expect(linesOf(text)).toEqual([
    ['When the wind had died down,', 'they went out to the boats again.'],
    ['Nobody spoke.', 'It was colder than it had been,'],
    ['and the nets were stiff with ice,', 'so they worked slowly.'],
  ]);
});

test('lines of a caption are of like length', () => {
  expect(linesOf('The next train to Melbourne leaves at half past nine')).toEqual([
    ['The next train to Melbourne', 'leaves at half past nine'],
  ]);
});

test('a word that is wider than a line is broken, and shares its time', () => {
  const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
  const [first, second, ...rest] = cut(said(1, 0, `${long}${long} so`));
  expect(first!.lines).toEqual([long.slice(0, 42), `${long.slice(42)}${long}`.slice(0, 42)]);
  expect(second!.start).toBeGreaterThanOrEqual(first!.end);
  expect([first!, second!, ...rest].flatMap(({ lines }) => lines).join('')).toBe(`${long}${long} so`);
});

test('Chinese without spaces is broken between words, at twice the width of Latin letters', () => {
  const sentence = '昨天晚上我们在海边的小餐馆里吃了很多新鲜的鱼，然后慢慢地走回了家，路上谁也没有说话。';
  const lines = linesOf(sentence).flat();
  expect(lines.join('')).toBe(sentence);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(21);
});

/** A word that is said in half a second, whatever its length. */
const quick = (start: number, text: string): Segment => {
  const words = [{ text, start, end: start + 0.5, confidence: 1 }];
  return { start, end: start + 0.5, speaker: 1, text, confidence: 1, words };
};

test('what takes longer to read than to say stays until it is read, unless the next comes', () => {
  const forty = 'a'.repeat(40);
  expect(cut(quick(0, forty), quick(1.2, forty), quick(9, 'Om'))).toMatchObject([
    { start: 0, end: 1.2 },
    { start: 1.2, end: 3.2 },
    { start: 9, end: 10 },
  ]);
});

test('a caption that is said too shortly before the next is shown a little earlier', () => {
  const [, second] = cut(said(1, 0, 'One two'), said(2, 5, 'No'), said(1, 5.5, 'Yes'));
  expect(second).toMatchObject({ start: 4.5, end: 5.5 });
});

test('no caption is shown for longer than seven seconds', () => {
  const words = [{ text: 'Om', start: 0, end: 9, confidence: 1 }];
  expect(cut({ ...said(1, 0, 'Om'), end: 9, words })).toMatchObject([{ start: 0, end: 7 }]);
});
