import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEngine, type Engine, type Transcript } from '../src/index.ts';
import { defaultModelPaths } from '../src/models/default-models.ts';
import { measureAccuracy } from './accuracy/run.ts';
import { summarise, type AccuracySummary } from './accuracy/summary.ts';
import { readDataFolder } from './references/data-folder.ts';
import { SPEECH_FOLDER } from './references/speech-folder.ts';
import { spokenUnits } from './scoring/spoken-text.ts';
import { alignWords } from './scoring/word-errors.ts';

const TEN_MINUTES_MS = 600_000;
const SONNET = "one from fairest creatures we desire increase that thereby beauty's rose might never die";
const KENNEDY =
  'and so my fellow americans ask not what your country can do for you ask what you can do for your country';
const CHANNELS = 'front left front right center back left back right auxiliary left auxiliary right';
const COUNTING = 'one two three';

describe.skipIf(!existsSync(SPEECH_FOLDER))(`the engine over the recordings in ${SPEECH_FOLDER}`, () => {
  const concurrency = 2 * availableParallelism();
  let engine: Engine;

  beforeAll(async () => {
    engine = createEngine({ models: await defaultModelPaths() });
  }, TEN_MINUTES_MS);

  afterAll(() => engine.close());

  async function transcribeFolder(name: string): Promise<Map<string, Transcript>> {
    const files = readdirSync(join(SPEECH_FOLDER, name));
    const transcribe = async (file: string) =>
      [file, await engine.transcribe({ path: join(SPEECH_FOLDER, name, file) })] as const;
    return new Map(await pMap(files, transcribe, { concurrency }));
  }

  describe('English clips and simulated talks', () => {
    let figures: AccuracySummary;

    beforeAll(async () => {
      const { clips, conversations } = readDataFolder(SPEECH_FOLDER);
      const scores = await measureAccuracy({
        data: {
          clips: clips.filter(({ language }) => language === 'en'),
          conversations: conversations.filter(({ lines }) => lines !== undefined),
        },
        transcribe: (path, hint) => engine.transcribe({ path, hint }),
        speakers: 'known',
        concurrency,
        report: () => undefined,
      });
      figures = summarise(scores.clips, scores.conversations);
    }, TEN_MINUTES_MS);

    it('have at most 11 % of the words of the clips wrong', () => {
      expect(figures.wer).toBeLessThanOrEqual(11);
    });

    it('have at most 12 % of the words of the talks wrong', () => {
      expect(figures.talkWer).toBeLessThanOrEqual(12);
    });

    it('have at most 12 % of the speaker time wrong with the number of speakers given', () => {
      expect(figures.derCollar).toBeLessThanOrEqual(12);
    });

    it('have at most 1 % of the recognised words at the wrong speaker', () => {
      expect(figures.wordsAtWrongSpeaker).toBeLessThanOrEqual(1);
    });
  });

  describe('every container', () => {
    let transcripts: Map<string, Transcript>;

    beforeAll(async () => {
      transcripts = await transcribeFolder('containers');
    }, TEN_MINUTES_MS);

    /** How many words of a file are wrong. */
    function wrongWords(file: string, reference: string): number {
      const segments = transcripts.get(file)?.segments ?? [];
      const hypothesis = segments.flatMap(({ text }) => spokenUnits(text, 'en'));
      const steps = alignWords(spokenUnits(reference, 'en'), hypothesis);
      return steps.filter(({ edit }) => edit !== 'match').length;
    }

    it.each(['aac', 'aiff', 'flac', 'mp3', 'mp4', 'ogg', 'wav', 'webm'])(
      'gives the words of the sonnet as %s',
      (extension) => {
        // The model hears "and crease" for "increase".
        expect(wrongWords(`p001.${extension}`, SONNET)).toBeLessThanOrEqual(2);
      },
    );

    it.each(['jfk.mp3', 'jfk_441khz.m4a'])('gives the words of the address as %s', (file) => {
      expect(wrongWords(file, KENNEDY)).toBeLessThanOrEqual(1);
    });

    it('gives the words of all eight channels, each of which says its name', () => {
      expect(wrongWords('8_Channel_ID.m4a', CHANNELS)).toBeLessThanOrEqual(1);
    });

    it.each([
      'uberi_audio-mono-8-bit-44100Hz.wav',
      'uberi_audio-stereo-24-bit-44100Hz.flac',
      'uberi_audio-stereo-24-bit-44100Hz.wav',
    ])('gives the words of other sample formats: %s', (file) => {
      expect(wrongWords(file, COUNTING)).toBe(0);
    });

    it.each([
      ['googlework_tiny.mp4', 3.8],
      ['lhotse_stereo.opus', 1],
      ['silero_test.opus', 8.1],
    ])('decodes all of %s', (file, seconds) => {
      expect(transcripts.get(file)?.durationSeconds).toBeCloseTo(seconds, 1);
    });
  });

  it(
    'writes no words for silence, laughter and noise',
    async () => {
      const transcripts = await transcribeFolder('nonspeech');
      const heard = [...transcripts].filter(([, { segments }]) => segments.length > 0);
      expect(transcripts.size).toBeGreaterThan(0);
      expect(heard.map(([file]) => file)).toEqual([]);
    },
    TEN_MINUTES_MS,
  );
});
