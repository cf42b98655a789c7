import { createHash, randomBytes } from 'node:crypto';

import type { Model, ModelFile } from '../model.ts';

export const PACKAGE = '@icana-test/sample';
export const VERSION = '1.0.0';

export interface Sample {
  readonly model: Model;
  /** Contents by the files' origin. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** A model of two files of random bytes, in an npm package that also holds other things. */
export function sampleNpmModel(): Sample {
  const contents = new Map([
    ['README.md', Buffer.from('# Not wanted')],
    ['dist/encoder.onnx', randomBytes(900_000)],
    ['dist/other.bin', randomBytes(300_000)],
    ['dist/decoder.onnx', randomBytes(600_000)],
  ]);
  const files = ['dist/encoder.onnx', 'dist/decoder.onnx'].map((path) => fileOf(path, contents.get(path)!));
  const source = { type: 'npm', package: PACKAGE, version: VERSION, downloadBytes: 1_800_000 } as const;
  return { contents, model: { ...COMMON, id: 'sample', source, files } };
}

/** The same published as single files under an address. */
export function sampleHttpsModel(url: string): Sample {
  const contents = new Map(['/encoder.onnx', '/decoder.onnx'].map((path) => [path, randomBytes(200_000)]));
  const files = [...contents].map(([path, bytes]) => ({ ...fileOf(path, bytes), from: `${url}${path}` }));
  return { contents, model: { ...COMMON, id: 'sample', source: { type: 'https' }, files } };
}

const COMMON = {
  kind: 'recogniser',
  program: 'moonshine-base',
  languages: ['en'],
  detectsLanguage: false,
  licence: 'CC0-1.0',
} as const;

function fileOf(path: string, contents: Buffer): ModelFile {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    from: path,
    bytes: contents.length,
    sha256: createHash('sha256').update(contents).digest('hex'),
  };
}
