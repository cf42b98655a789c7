import { AUTO_LANGUAGE, type RecogniserModel } from '../recognise/recogniser-model.ts';
import { bestRecogniser, modelToInstall, recognisersOf } from './choice.ts';
import { installedBytes, type RecogniserEntry } from './model.ts';
import { ModelError } from './model-error.ts';
import { ensureWithProgress, type ShownOptions } from './progress.ts';
import { createModelStore, type ModelStore } from './store.ts';

const DEFAULT_RECOGNISER = 'moonshine-base-en';
const DEFAULT_LANGUAGE = 'en';
const SPEECH_DETECTOR = 'silero-vad';
const SEGMENTATION = 'pyannote-segmentation-3.0';

/** A process with the default models takes a third of the first. Large models are unpacked and cached as they run. */
const LEAST_MEMORY_MB = 2000;
const MEMORY_BESIDE_MB = 1000;
const MEMORY_PER_FILE_BYTE = 2.5;

/** What a transcription needs when nobody asks for anything else. */
export const defaultModelIds: readonly string[] = [DEFAULT_RECOGNISER, SPEECH_DETECTOR];

/** By language (`auto` among them), the model that recognises it whatever else is installed. */
export type ModelsByLanguage = Readonly<Record<string, string>>;

/** A model that a service does not start without: for a language, or, where that is null, for finding speech at all. */
interface NeededModel {
  readonly id: string;
  readonly language: string | null;
}

/** What a service needs, whatever it is asked for. */
export function neededModels(byLanguage: ModelsByLanguage): NeededModel[] {
  const named = Object.entries({ [DEFAULT_LANGUAGE]: DEFAULT_RECOGNISER, ...byLanguage });
  return [...named.map(([language, id]) => ({ id, language })), { id: SPEECH_DETECTOR, language: null }];
}

/** What recognises a language on this machine, if anything does. */
export function installedRecogniser(
  store: ModelStore,
  { language, byLanguage }: { language: string; byLanguage: ModelsByLanguage },
): RecogniserEntry | undefined {
  return bestRecogniser(installedRecognisers(store), language, byLanguage[language]);
}

/** The models on this machine, for an engine. Looks anew each time: models come and go while a service runs. */
export interface SpeechModels {
  /** Path of the voice detector. */
  readonly speechDetector: string;
  /** Path of the model that hears voices change and overlap, where it is installed. */
  readonly segmentation?: string | undefined;
  /** What an engine process may take with any of the models that are installed. */
  readonly memoryMb: number;
  /** What can be asked for now, sorted; `auto`, the last, where a model finds out what is spoken. */
  languages(): string[];
  /** Throws a `ModelError` (`no-language`), which says what is there and how to get what is not. */
  recogniserFor(language: string): RecogniserModel;
  /** Id of a model of the catalogue that knows the language. */
  modelToInstall(language: string): string | undefined;
}

interface OpenOptions extends ShownOptions {
  readonly store?: ModelStore | undefined;
  readonly byLanguage?: ModelsByLanguage | undefined;
}

/**
 * Opens the models of a store. What is needed is fetched first if it is not there yet: the voice detector, the model for
 * English, and those that are named. Throws a `ModelError` when they cannot be had, or do not know the language they are
 * named for. With everything in place this takes a few `stat` calls and no network.
 */
export async function openSpeechModels(options: OpenOptions = {}): Promise<SpeechModels> {
  const { store = createModelStore(), byLanguage = {}, ...shown } = options;
  const needed = neededModels(byLanguage);
  const catalogue = store.list().map(({ model }) => model);
  for (const { id, language } of needed) {
    if (language !== null) requireKnowledge(recognisersOf(catalogue), id, language);
  }
  await ensureWithProgress(store, [...new Set(needed.map(({ id }) => id))], shown);

  const installed = () => installedRecognisers(store);

  return {
    speechDetector: store.path(SPEECH_DETECTOR, 'silero_vad_v5.onnx'),
    get segmentation() {
      return store.show(SEGMENTATION).installed ? store.path(SEGMENTATION, 'model.onnx') : undefined;
    },
    get memoryMb() {
      return memoryFor(installed());
    },
    languages: () => languagesOf(installed()),
    recogniserFor(language) {
      const chosen = installedRecogniser(store, { language, byLanguage });
      if (!chosen)
        throw withoutModel(language, languagesOf(installed()), modelToInstall(catalogue, language));
      const { id, program } = chosen;
      return { id, program, folder: store.show(id).folder, bytes: installedBytes(chosen), language };
    },
    modelToInstall: (language) => modelToInstall(catalogue, language),
  };
}

function installedRecognisers(store: ModelStore): RecogniserEntry[] {
  return recognisersOf(store.list().flatMap(({ model, installed }) => (installed ? [model] : [])));
}

function memoryFor(models: readonly RecogniserEntry[]): number {
  const largestMb = Math.max(...models.map(installedBytes)) / 1e6;
  return Math.max(LEAST_MEMORY_MB, Math.round(MEMORY_BESIDE_MB + MEMORY_PER_FILE_BYTE * largestMb));
}

function languagesOf(models: readonly RecogniserEntry[]): string[] {
  const languages = [...new Set(models.flatMap((model) => model.languages))].sort();
  return models.some(({ detectsLanguage }) => detectsLanguage) ? [...languages, AUTO_LANGUAGE] : languages;
}

function requireKnowledge(recognisers: readonly RecogniserEntry[], id: string, language: string): void {
  const model = recognisers.find((candidate) => candidate.id === id);
  if (model && bestRecogniser([model], language)) return;
  const able = recognisers.filter((candidate) => bestRecogniser([candidate], language)).map((it) => it.id);
  throw new ModelError(
    'no-language',
    `The model ${id} is not one for the language ${language}: ` +
      (able.length > 0 ? `those are ${able.join(', ')}.` : 'the catalogue has none.'),
  );
}

function withoutModel(language: string, there: readonly string[], toInstall: string | undefined): ModelError {
  const remedy = toInstall
    ? `get one with: icana models install ${toInstall}`
    : 'the catalogue has none either';
  return new ModelError(
    'no-language',
    `No model for the language ${language} is installed (there are models for ${there.join(', ')}); ${remedy}`,
  );
}
