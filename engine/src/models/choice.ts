import { AUTO_LANGUAGE } from '../recognise/recogniser-model.ts';
import type { Model, RecogniserEntry } from './model.ts';

export function recognisersOf(models: readonly Model[]): RecogniserEntry[] {
  return models.filter((model) => model.kind === 'recogniser');
}

/**
 * The model that recognises a language: the one named for it, or else the first that knows it. Where the language is to
 * be found out, the one of most languages, which is wrong least often.
 *
 * @param models in order of preference, as in the catalogue
 */
export function bestRecogniser(
  models: readonly RecogniserEntry[],
  language: string,
  named?: string,
): RecogniserEntry | undefined {
  const able = models.filter((model) =>
    language === AUTO_LANGUAGE ? model.detectsLanguage : model.languages.includes(language),
  );
  const [best] = language === AUTO_LANGUAGE ? able.toSorted(byMostLanguages) : able;
  return able.find(({ id }) => id === named) ?? best;
}

/** The model to recommend for a language: the best whose licence is an open one, or else the best. */
export function modelToInstall(catalogue: readonly Model[], language: string): string | undefined {
  const recognisers = recognisersOf(catalogue);
  const open = recognisers.filter(({ terms }) => !terms);
  return (bestRecogniser(open, language) ?? bestRecogniser(recognisers, language))?.id;
}

const byMostLanguages = (one: RecogniserEntry, other: RecogniserEntry) =>
  other.languages.length - one.languages.length;
