/** The store of speech models, for whoever starts an engine. */
export { ModelError } from './model-error.ts';
export {
  installedRecogniser,
  neededModels,
  openSpeechModels,
  type ModelsByLanguage,
  type SpeechModels,
} from './speech-models.ts';
export { downloadBytes, installedBytes } from './model.ts';
export { createModelStore, type ModelProgress, type ModelStore } from './store.ts';
