/** The store of speech models, for whoever starts an engine. */
export { ModelError } from './model-error.ts';
export { openSpeechModels, type ModelsByLanguage, type SpeechModels } from './speech-models.ts';
export { createModelStore } from './store.ts';
