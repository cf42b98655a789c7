import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { catalogue } from './catalogue.ts';
import { bestRecogniser, modelToInstall, recognisersOf } from './choice.ts';
import { defaultModelIds, openSpeechModels } from './speech-models.ts';
import { createModelStore } from './store.ts';

const recognisers = recognisersOf(catalogue);
const bestOf = (language: string, named?: string) => bestRecogniser(recognisers, language, named)?.id;

test('a language goes to the first model that knows it, or to the one named for it', () => {
  expect(bestOf('en')).toBe('moonshine-base-en');
  expect(bestOf('es')).toBe('moonshine-base-es');
  expect(bestOf('de')).toBe('parakeet-tdt-0.6b-v3');
  expect(bestOf('ja')).toBe('sense-voice-small');
  expect(bestOf('sw')).toBe('whisper-large-v3-turbo');
  expect(bestOf('tlh')).toBeUndefined();
  expect(bestOf('en', 'whisper-small')).toBe('whisper-small');
  expect(bestOf('en', 'moonshine-base-es'), 'named for what it does not know').toBe('moonshine-base-en');
});

test('what is spoken is found out by the model of most languages', () => {
  expect(bestOf('auto')).toBe('whisper-large-v3-turbo');
  expect(bestOf('auto', 'whisper-tiny')).toBe('whisper-tiny');
  const moonshine = recognisers.filter(({ program }) => program.startsWith('moonshine'));
  expect(bestRecogniser(moonshine, 'auto')).toBeUndefined();
});

test('a model is recommended whose licence is an open one, where there is one', () => {
  expect(modelToInstall(catalogue, 'es')).toBe('parakeet-tdt-0.6b-v3');
  expect(modelToInstall(catalogue, 'zh')).toBe('whisper-large-v3-turbo');
  expect(modelToInstall(catalogue, 'tlh')).toBeUndefined();
  const restricted = catalogue.filter(({ terms }) => terms);
  expect(modelToInstall(restricted, 'es')).toBe('moonshine-base-es');
});

test('whatever the catalogue fetches from the web is a fixed revision with its hash', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  for (const { source, files } of catalogue) {
    for (const { from, sha256, bytes } of files) {
      if (source.type === 'https') expect(from).toMatch(/^https:\/\/.+\/resolve\/[0-9a-f]{40}\/[\w.-]+$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
    }
  }
});

test('a language without a model is answered with what there is and what brings one', async () => {
  const models = await openSpeechModels();
  expect(models.languages()).toContain('en');
  expect(() => models.recogniserFor('tlh')).toThrow(/for en.*the catalogue has none either$/);
});

test('the model that hears voices change is used from the moment that it is there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'icana-choice-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const shared = createModelStore();
  for (const id of defaultModelIds) {
    const { folder } = shared.show(id);
    symlinkSync(folder, join(directory, basename(folder)));
  }
  const store = createModelStore({ directory });
  const models = await openSpeechModels({ store });
  expect(models.segmentation).toBeUndefined();
  const { folder, model } = store.show('pyannote-segmentation-3.0');
  const file = join(folder, 'model.onnx');
  mkdirSync(folder);
  writeFileSync(file, '');
  truncateSync(file, model.files[0]!.bytes);
  expect(models.segmentation).toBe(file);
});

test('a model that is named for a language it does not know is refused at the start', async () => {
  await expect(openSpeechModels({ byLanguage: { de: 'moonshine-base-en' } })).rejects.toMatchObject({
    fault: 'no-language',
    message: expect.stringMatching(
      /^The model moonshine-base-en is not one for the language de: those are parakeet/,
    ),
  });
  await expect(openSpeechModels({ byLanguage: { en: 'silero-vad' } })).rejects.toThrow('is not one for');
});
