import { beforeAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../test/support/speech-recordings.ts';
import { readDataFolder, type Conversation } from '../../bench/references/data-folder.ts';
import { SPEECH_FOLDER } from '../../bench/references/speech-folder.ts';
import { spokenUnits } from '../../bench/scoring/spoken-text.ts';
import {
  edgeErrors,
  edgeFigures,
  linesWithClearEdges,
  type EdgeErrors,
} from '../../bench/scoring/word-edges.ts';
import {
  alignWords,
  countWordErrors,
  poolWordErrors,
  wordErrorRate,
} from '../../bench/scoring/word-errors.ts';
import { SAMPLE_RATE } from '../audio/pcm-file.ts';
import { openSpeechModels } from '../models/speech-models.ts';
import { FRAME_SAMPLES, FRAME_SECONDS, loadSpeechModel, type SpeechModel } from '../speech/detector.ts';
import { decodeFile } from '../speakers/recordings.fixture.ts';
import { textOf } from '../words.ts';
import { loadRecogniser } from './load-recogniser.ts';
import type { Recognition, Recogniser, WindowSound } from './recogniser.ts';

let recogniser: Recogniser;
let speechModel: SpeechModel;

beforeAll(async () => {
  const models = await openSpeechModels();
  recogniser = await loadRecogniser(models.recogniserFor('en'));
  speechModel = await loadSpeechModel(models.speechDetector);
});

/** A whole recording with the detector's probabilities, cut to whole detector frames. */
async function listenTo(path: string): Promise<WindowSound> {
  const pcm = decodeFile(path);
  const samples = pcm.read(0, pcm.sampleCount - (pcm.sampleCount % FRAME_SAMPLES));
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
      if (length < 1600) expect(recognition).toMatchObject({ words: [], ending: 'complete' });
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
      const errors = (await Promise.all(talks.map(edgeErrorsOf))).flat();
      expect(errors.length).toBeGreaterThan(40);
      for (const edge of ['start', 'end'] as const) {
        const { median, ninthDecile } = edgeFigures(errors.map((error) => error[edge]));
        expect(median).toBeLessThan(0.06);
        expect(ninthDecile).toBeLessThan(0.35);
      }
    },
  );
});

const AIR_SECONDS = 0.3;
/** With its air, a longer line is no window. */
const LONGEST_LINE_SECONDS = 19.4;

/** Recognises each line with clear edges in a window of its own, as far as the lines beside it leave air. */
async function edgeErrorsOf({ path, lines = [] }: Conversation): Promise<EdgeErrors[]> {
  const sound = await listenTo(path);
  const errors = [];
  for (const line of linesWithClearEdges(lines)) {
    if (line.end - line.start > LONGEST_LINE_SECONDS) continue;
    const before = Math.max(0, ...lines.map(({ end }) => end).filter((end) => end <= line.start));
    const after = Math.min(Infinity, ...lines.map(({ start }) => start).filter((start) => start >= line.end));
    const from = Math.floor(Math.max(line.start - AIR_SECONDS, (before + line.start) / 2) / FRAME_SECONDS);
    const to = Math.ceil(Math.min(line.end + AIR_SECONDS, (after + line.end) / 2) / FRAME_SECONDS);
    const recognition = await recogniser.recognise(windowOf(sound, from, to));
    const offset = from * FRAME_SECONDS;
    const words = recognition.words.map(({ start, end }) => ({ start: start + offset, end: end + offset }));
    errors.push(edgeErrors({ words, place: line, samples: sound.samples }));
  }
  return errors;
}
