/** The store of speech models, for whoever starts an engine. */
export { defaultModelPaths } from './default-models.ts';
export { ModelError } from './model-error.ts';
export { createModelStore } from './store.ts';
