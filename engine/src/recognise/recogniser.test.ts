import { devNull } from 'node:os';
import { beforeAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../test/support/speech-recordings.ts';
import { SPEECH_FOLDER } from '../../bench/references/speech-folder.ts';
import { readDataFolder, type Conversation } from '../../bench/references/data-folder.ts';
import { spokenUnits } from '../../bench/scoring/spoken-text.ts';
import {
  alignWords,
  countWordErrors,
  poolWordErrors,
  wordErrorRate,
} from '../../bench/scoring/word-errors.ts';
import { decodeToPcm } from '../audio/decode.ts';
import { FULL_SCALE, SAMPLE_RATE } from '../audio/pcm-file.ts';
import { defaultModelPaths } from '../models/default-models.ts';
import { FRAME_SAMPLES, FRAME_SECONDS, loadSpeechModel, type SpeechModel } from '../speech/detector.ts';
import type { Interval } from '../types.ts';
import { textOf } from '../words.ts';
import { loadRecogniser, type Recognition, type Recogniser, type WindowSound } from './recogniser.ts';

let recogniser: Recogniser;
let speechModel: SpeechModel;

beforeAll(async () => {
  const { encoder, decoder, speechDetector } = await defaultModelPaths();
  recogniser = await loadRecogniser({ encoderPath: encoder, decoderPath: decoder });
  speechModel = await loadSpeechModel(speechDetector);
});

/** A whole recording with the detector's probabilities, cut to whole detector frames. */
async function listenTo(path: string): Promise<WindowSound> {
  const frames = [...decodeToPcm({ input: path, output: devNull, maxDurationSeconds: 3600 })];
  const length = frames.reduce((sum, frame) => sum + frame.length, 0);
  const samples = new Float32Array(Math.floor(length / FRAME_SAMPLES) * FRAME_SAMPLES);
  const decoded = frames.flatMap((frame) => Array.from(frame, (sample) => sample / FULL_SCALE));
  samples.set(decoded.slice(0, samples.length));
  return { samples, speech: await speechModel.detector().push(samples) };
}

function windowOf({ samples, speech }: WindowSound, fromFrame: number, toFrame: number): WindowSound {
  return {
    samples: samples.slice(fromFrame * FRAME_SAMPLES, toFrame * FRAME_SAMPLES),
    speech: speech.slice(fromFrame, toFrame),
  };
}

function expectSoundWords({ words }: Recognition, seconds: number) {
  let previousEnd = 0;
  for (const { text, start, end, confidence } of words) {
    expect(text).toMatch(/[\p{L}\p{N}]/u);
    expect(start).toBeGreaterThanOrEqual(previousEnd);
    expect(end).toBeGreaterThan(start);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThanOrEqual(1);
    previousEnd = end;
  }
  expect(previousEnd).toBeLessThanOrEqual(seconds);
}

function noise(sampleCount: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: sampleCount }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647 - 0.5) * 0.2;
  });
}

test('silence and noise of any length give no words without sense, and the shortest windows none', async () => {
  for (const length of [0, 1, 400, 1599, 1600, 1700, 4000, 16_000, 320_000]) {
    for (const samples of [new Float32Array(length), noise(length)]) {
      const recognition = await recogniser.recognise({
        samples,
        speech: new Float32Array(length / FRAME_SAMPLES),
      });
      if (length < 1600) expect(recognition).toEqual({ words: [], ending: 'complete' });
      expectSoundWords(recognition, length / SAMPLE_RATE);
    }
  }
});

describeWithSpeech('on real speech', () => {
  test('the words of a speech come in order, with its pauses between them', async () => {
    const sound = await listenTo(speechFile('asr/misc-jfk.flac'));
    const recognition = await recogniser.recognise(sound);
    expect(spokenUnits(textOf(recognition.words), 'en').join(' ')).toBe(
      'and so my fellow americans ask not what your country can do for you ask what you can do for your country',
    );
    expectSoundWords(recognition, sound.samples.length / SAMPLE_RATE);
    const [, , , , americans, ask, not, what] = recognition.words;
    expect(americans!.end).toBeCloseTo(2.2, 0);
    expect(ask!.start).toBeGreaterThan(3.1);
    expect(not!.end).toBeLessThan(4.5);
    expect(what!.start).toBeGreaterThan(5.2);
  });

  test('a window leaves nothing behind for the next one', async () => {
    const jfk = await listenTo(speechFile('asr/misc-jfk.flac'));
    const other = await listenTo(speechFile('asr/ls-clean-1089-134686-0000.flac'));
    const first = await recogniser.recognise(jfk);
    await recogniser.recognise(other);
    expect(await recogniser.recognise(jfk)).toEqual(first);
  });

  test('a sentence that is said seven times is written seven times', async () => {
    const { samples } = await listenTo(speechFile('asr/misc-jfk.flac'));
    const sentence = Array.from(samples.subarray(8.1 * SAMPLE_RATE, 10.5 * SAMPLE_RATE));
    const repeated = Float32Array.from(Array.from({ length: 7 }, () => sentence).flat());
    const { words, ending } = await recogniser.recognise({ samples: repeated, speech: new Float32Array(0) });
    expect(ending).toBe('complete');
    expect(words.filter(({ text }) => /country/.test(text))).toHaveLength(7);
  });

  test('speech played backwards does not make the recogniser repeat itself', async () => {
    const { samples } = await listenTo(speechFile('diarization/sim4_overlap.flac'));
    const backwards = samples.slice(30 * SAMPLE_RATE, 45 * SAMPLE_RATE).reverse();
    const recognition = await recogniser.recognise({ samples: backwards, speech: new Float32Array(0) });
    expect(recognition.ending).toBe('loop');
    expect(recognition.words.length).toBeLessThan(20);
  });

  test('at most one word in nine of clearly read English is wrong', { timeout: 120_000 }, async () => {
    const clips = readDataFolder(SPEECH_FOLDER).clips.filter(({ name }) =>
      /^ls-other-(2414|3331)/.test(name),
    );
    const errors = [];
    for (const { path, text } of clips) {
      const recognition = await recogniser.recognise(await listenTo(path));
      errors.push(
        countWordErrors(alignWords(spokenUnits(text, 'en'), spokenUnits(textOf(recognition.words), 'en'))),
      );
    }
    expect(clips).toHaveLength(20);
    expect(wordErrorRate(poolWordErrors(errors))).toBeLessThan(1 / 9);
  });

  test(
    'words begin and end where speech does: half within 60 ms, nine in ten within 350',
    { timeout: 240_000 },
    async () => {
      const talks = readDataFolder(SPEECH_FOLDER).conversations.filter(({ lines }) => lines);
      const errors = (await Promise.all(talks.map(edgeErrors))).flat();
      const [starts, ends] = [
        errors.map(({ start }) => start).sort(byValue),
        errors.map(({ end }) => end).sort(byValue),
      ];
      expect(errors.length).toBeGreaterThan(40);
      for (const sorted of [starts, ends]) {
        expect(sorted[Math.floor(sorted.length * 0.5)]).toBeLessThan(0.06);
        expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(0.35);
      }
    },
  );
});

const byValue = (a: number, b: number) => a - b;

/** The noise in this reader's recordings is too loud to see from the level alone where the speech begins. */
const NOISY_READER = '1688';
const AIR_SECONDS = 0.3;

/**
 * How far the first word's start and the last word's end are from the first and last sound of each line that nobody
 * talks into. A line's own times are those of the clip it was made from, with the silence around the words.
 */
async function edgeErrors({ path, lines = [] }: Conversation): Promise<{ start: number; end: number }[]> {
  const sound = await listenTo(path);
  const errors = [];
  for (const line of lines) {
    const others = lines.filter((other) => other !== line);
    const isAlone = others.every(({ start, end }) => end <= line.start || start >= line.end);
    if (!isAlone || line.speaker === NOISY_READER || line.end - line.start > 19.4) continue;
    const before = Math.max(0, ...others.map(({ end }) => end).filter((end) => end <= line.start));
    const after = Math.min(
      ...others.map(({ start }) => start).filter((start) => start >= line.end),
      Infinity,
    );
    const from = Math.floor(Math.max(line.start - AIR_SECONDS, (before + line.start) / 2) / FRAME_SECONDS);
    const to = Math.ceil(Math.min(line.end + AIR_SECONDS, (after + line.end) / 2) / FRAME_SECONDS);
    const { words } = await recogniser.recognise(windowOf(sound, from, to));
    const audible = audiblePart(sound.samples, line);
    errors.push({
      start: Math.abs(words[0]!.start + from * FRAME_SECONDS - audible.start),
      end: Math.abs(words.at(-1)!.end + from * FRAME_SECONDS - audible.end),
    });
  }
  return errors;
}

/** From the first to the last 50 ms that are 10 dB over the line's quietest part and not 30 dB under its loudest. */
function audiblePart(samples: Float32Array, line: Interval): Interval {
  const step = SAMPLE_RATE / 100;
  const first = Math.round(line.start * 100);
  const levels = Array.from({ length: Math.round(line.end * 100) - first }, (_, index) => {
    const piece = samples.subarray((first + index) * step, (first + index + 1) * step);
    return 10 * Math.log10(piece.reduce((sum, sample) => sum + sample ** 2, 0) / step + 1e-10);
  });
  const sorted = levels.toSorted(byValue);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  const threshold = Math.max(at(0.05) + 10, at(0.95) - 30);
  const sounds = levels.map((_, index) => levels.slice(index, index + 5).every((level) => level > threshold));
  return {
    start: (first + sounds.indexOf(true)) / 100,
    end: (first + sounds.lastIndexOf(true, -5) + 5) / 100,
  };
}
