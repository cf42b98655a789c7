import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { describeWithSpeech, speechFile } from '../../../test/support/speech-recordings.ts';
import { spokenUnits } from '../../bench/scoring/spoken-text.ts';
import { openSpeechModels, type SpeechModels } from '../models/speech-models.ts';
import { createModelStore } from '../models/store.ts';
import { decodeFile } from '../speakers/recordings.fixture.ts';
import { FRAME_SAMPLES, loadSpeechModel } from '../speech/detector.ts';
import { textOf } from '../words.ts';
import { loadRecogniser } from './load-recogniser.ts';

/** Fetched for these tests and thrown away: nobody else's list of languages changes by them. */
const directory = mkdtempSync(join(tmpdir(), 'icana-other-models-'));
afterAll(() => rmSync(directory, { recursive: true }));

describeWithSpeech('models beside the default one', () => {
  let models: SpeechModels;

  beforeAll(async () => {
    const store = createModelStore({ directory });
    await store.install('moonshine-base-es', { acceptLicence: true });
    models = await openSpeechModels({ store, byLanguage: { en: 'moonshine-tiny-en' } });
  }, 180_000);

  async function recognise(file: string, language: string) {
    const pcm = decodeFile(speechFile(file));
    const samples = pcm.read(0, pcm.sampleCount - (pcm.sampleCount % FRAME_SAMPLES));
    const speech = await (await loadSpeechModel(models.speechDetector)).detector().push(samples);
    const recogniser = await loadRecogniser(models.recogniserFor(language));
    return recogniser.recognise({ samples, speech, language });
  }

  test('Spanish is recognised once its terms are accepted, with times from the model', async () => {
    expect(models.languages()).toEqual(['en', 'es']);
    const { words } = await recognise('asr/cheetah_test_es_norm.wav', 'es');
    expect(spokenUnits(textOf(words), 'es').join(' ')).toBe('mi número favorito es 268');
    expect(words.some(({ estimated }) => estimated)).toBe(false);
  });

  test('the smaller English model is used where it is named, and its words lie where they are said', async () => {
    expect(models.recogniserFor('en').id).toBe('moonshine-tiny-en');
    const { words } = await recognise('asr/misc-jfk.flac', 'en');
    expect(textOf(words)).toMatch(/what your country can do for you/);
    const [, , , , americans, ask] = words;
    expect(americans!.end).toBeCloseTo(2.2, 0);
    expect(ask!.start).toBeGreaterThan(3.1);
  });
});
