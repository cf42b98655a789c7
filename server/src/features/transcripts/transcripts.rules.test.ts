import { renderSrt, renderVtt, type Segment } from '@icana/engine';
import { describe, expect, test } from 'vitest';

import { giveToOthers, renderTranscript, withSuppressed, writeFile } from './transcripts.rules.ts';

function segment(speaker: number, start: number, text: string): Segment {
  const words = text
    .split(' ')
    .filter(Boolean)
    .map((word, index) => ({
      text: word,
      start: start + index,
      end: start + index + 0.5,
      confidence: 0.98765,
    }));
  return { speaker, start, end: start + Math.max(1, words.length), text, confidence: 0.91234, words };
}

const transcriptOf = (segments: Segment[]) => ({
  durationSeconds: 60,
  speakerCount: 2,
  segments,
  suppressed: [],
});

describe('a rendered transcript', () => {
  const rendered = renderTranscript(
    transcriptOf([
      segment(1, 0, 'Good morning.'),
      segment(1, 4, 'Shall we?'),
      segment(2, 8, 'Yes.'),
      segment(1, 10, ' '),
      segment(2, 12, 'Please.'),
    ]),
  );

  test('has one line a turn, in which the segments of a speaker in a row are joined', () => {
    expect(rendered.diarization).toBe('[Speaker 1]: Good morning. Shall we?\n[Speaker 2]: Yes. Please.');
  });

  test('has the same words as plain text', () => {
    expect(rendered.transcription).toBe('Good morning. Shall we? Yes. Please.');
  });

  test('gives every word its speaker, its times and its confidence', () => {
    expect(rendered.words).toHaveLength(6);
    expect(rendered.words[1]).toEqual({
      start: 1,
      end: 1.5,
      speaker: 1,
      text: 'morning.',
      confidence: 0.988,
    });
  });

  test('says how long each speaker speaks', () => {
    expect(rendered.speakers).toEqual([
      { speaker: 1, label: 'Speaker 1', seconds: 4, words: 4 },
      { speaker: 2, label: 'Speaker 2', seconds: 2, words: 2 },
    ]);
  });
});

test('a recording without speech is two empty texts', () => {
  expect(renderTranscript(transcriptOf([]))).toEqual({
    transcription: '',
    diarization: '',
    segments: [],
    words: [],
    speakers: [],
    suppressed: [],
  });
});

test('subtitles written from what was kept are those of the transcript itself', () => {
  const segments = [
    segment(1, 0, 'Good morning everybody.'),
    segment(1, 4.0004, 'Shall we?'),
    segment(2, 4.9996, 'Yes.'),
    segment(2, 12, 'Please.'),
    segment(1, 12.5, 'So.'),
  ];
  const kept = renderTranscript(transcriptOf(segments));
  expect(writeFile(kept, 'srt')).toBe(renderSrt(segments));
  expect(writeFile(kept, 'vtt')).toBe(renderVtt(segments));
  const silence = renderTranscript(transcriptOf([]));
  expect((['txt', 'srt', 'vtt'] as const).map((format) => writeFile(silence, format))).toEqual([
    '',
    '',
    'WEBVTT\n',
  ]);
});

test('what was suppressed is kept apart, with its reason and all it takes to put it back', () => {
  const words = [{ text: 'Thanks.', start: 1, end: 1.4, confidence: 0.2, estimated: true as const }];
  const heard = { start: 1, end: 1.4, speaker: 2, text: 'Thanks.', confidence: 0.2, words };
  const suppressed = [{ ...heard, reason: 'low-confidence' as const }];
  const rendered = renderTranscript({ ...transcriptOf([]), suppressed });
  expect(rendered.transcription).toBe('');
  expect(rendered.suppressed).toEqual([
    { ...suppressed[0], estimated: true, words: [{ ...words[0], speaker: 2 }] },
  ]);
});

test('what was suppressed can be put back in its place, in texts, lists and files', () => {
  const kept = renderTranscript({
    segments: [segment(1, 0, 'Hello.'), segment(1, 6, 'Well.')],
    suppressed: [{ ...segment(2, 3, 'Hm.'), reason: 'low-confidence' }],
  });
  const restored = withSuppressed(kept);
  expect(restored).toEqual(
    renderTranscript({
      segments: [segment(1, 0, 'Hello.'), segment(2, 3, 'Hm.'), segment(1, 6, 'Well.')],
      suppressed: [],
    }),
  );
  expect(writeFile(restored, 'txt')).toBe('[Speaker 1]: Hello.\n[Speaker 2]: Hm.\n[Speaker 1]: Well.\n');
  expect(kept.transcription).toBe('Hello. Well.');
  // As versions without words have kept it.
  const older = { ...kept, suppressed: [{ start: 3, end: 3.5, text: 'Hm.', reason: 'low-confidence' }] };
  expect(withSuppressed(older).transcription).toBe('Hello. Well.');
});

test('words that somebody talks into are marked, and keep the mark whoever is found to say them', () => {
  const words = [
    { text: 'Say', start: 0, end: 0.2, confidence: 1 },
    { text: 'what', start: 0.3, end: 0.5, confidence: 1, overlap: true as const },
  ];
  const rendered = renderTranscript(
    transcriptOf([{ speaker: 1, start: 0, end: 0.5, text: 'Say what', confidence: 1, words }]),
  );
  expect(rendered.segments).toMatchObject([{ overlap: true }]);
  const turns = [
    { speaker: 0, start: 0, end: 0.25 },
    { speaker: 1, start: 0.25, end: 0.5 },
  ];
  const again = giveToOthers(rendered, turns);
  expect(again.segments.map(({ overlap }) => overlap)).toEqual([undefined, true]);
  expect(again.words.map(({ overlap }) => overlap)).toEqual([undefined, true]);
});

test('times that are estimated are marked, those of the model are not', () => {
  const words = [
    { text: 'so', start: 0, end: 0.2, confidence: 1 },
    { text: 'what', start: 0.3, end: 0.5, confidence: 1, estimated: true as const },
  ];
  const heard = { start: 0, end: 0.5, speaker: 1, text: 'so what', confidence: 1, words };
  const rendered = renderTranscript(transcriptOf([heard]));
  expect(rendered.segments).toMatchObject([{ estimated: true }]);
  expect(rendered.words.map(({ estimated }) => estimated)).toEqual([undefined, true]);
});
