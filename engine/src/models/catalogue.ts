import type { Model, ModelFile, NpmSource } from './model.ts';
import { PARAKEET_LANGUAGES, SENSE_VOICE_LANGUAGES, WHISPER_LANGUAGES } from './model-languages.ts';

/** The last release with Moonshine base for English; the one after it has the model for Spanish instead. */
const moonshineEnglish: NpmSource = {
  type: 'npm',
  package: '@usefulsensors/moonshine-js',
  version: '0.1.16',
  downloadBytes: 66_841_492,
};

const moonshineSpanish: NpmSource = { ...moonshineEnglish, version: '0.1.21', downloadBytes: 68_637_630 };

interface Repository {
  readonly name: string;
  /** A commit: what `main` holds may change. */
  readonly revision: string;
}

const PARAKEET: Repository = {
  name: 'sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8',
  revision: '2bda32ec70b097a55adaa07d9a7173915b43cc78',
};

const SENSE_VOICE: Repository = {
  name: 'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17',
  revision: '2365baeacb507f821a0c8120fcee3d484dba7a07',
};

const PYANNOTE_SEGMENTATION: Repository = {
  name: 'sherpa-onnx-pyannote-segmentation-3-0',
  revision: '9403a6902bb58e3d5ae8c7e77c3422de279db2e0',
};

/**
 * Every model the engine can be told to use, better before worse: of those that are installed and know a language, the
 * first is taken. Sizes and hashes are those of the published files.
 *
 * The models run by sherpa-onnx are taken as its author publishes them on Hugging Face, each file at a fixed revision,
 * rather than from the archives beside sherpa-onnx' releases: those hold every file in two precisions, compressed by
 * bzip2, and there is no hash of what comes out.
 */
export const catalogue: readonly Model[] = [
  {
    id: 'moonshine-base-en',
    kind: 'recogniser',
    program: 'moonshine-base',
    languages: ['en'],
    detectsLanguage: false,
    licence: 'MIT',
    source: moonshineEnglish,
    files: moonshineFiles('dist/model/base/quantized', {
      encoder: [20_513_063, '1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751'],
      decoder: [42_498_870, 'cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3'],
    }),
  },
  {
    id: 'moonshine-base-es',
    kind: 'recogniser',
    program: 'moonshine-base',
    languages: ['es'],
    detectsLanguage: false,
    licence: 'Moonshine AI Community License',
    terms: {
      summary:
        'research and non-commercial purposes, and, by those who register with Moonshine AI and whose revenue is ' +
        'below USD 1 million a year, commercially',
      url: 'https://moonshine.ai/community-license',
    },
    source: moonshineSpanish,
    files: [
      ...moonshineFiles('dist/model/base-es-non-commercial/quantized', {
        encoder: [20_719_501, 'cb1715ea8a3610c89a94b677f24e4c623d68dc608e8d2d33d5ccf0a6f62a7d13'],
        decoder: [43_350_633, '46b0fc488df4de5ea424762129c2dfe193558baff059ae3b7639aef108648969'],
      }),
      {
        name: 'LICENSE',
        from: 'LICENSE',
        bytes: 13_358,
        sha256: '37fc5d9a86547a0dd64a07cff439ba2a6b79cc8f6555a05121fed32866591159',
      },
    ],
  },
  {
    id: 'parakeet-tdt-0.6b-v3',
    kind: 'recogniser',
    program: 'transducer',
    languages: PARAKEET_LANGUAGES,
    detectsLanguage: true,
    licence: 'CC-BY-4.0',
    source: { type: 'https' },
    files: published(PARAKEET, [
      ['encoder.int8.onnx', 652_184_281, 'acfc2b4456377e15d04f0243af540b7fe7c992f8d898d751cf134c3a55fd2247'],
      ['decoder.int8.onnx', 11_845_275, '179e50c43d1a9de79c8a24149a2f9bac6eb5981823f2a2ed88d655b24248db4e'],
      ['joiner.int8.onnx', 6_355_277, '3164c13fc2821009440d20fcb5fdc78bff28b4db2f8d0f0b329101719c0948b3'],
      ['tokens.txt', 93_939, 'd58544679ea4bc6ac563d1f545eb7d474bd6cfa467f0a6e2c1dc1c7d37e3c35d'],
    ]),
  },
  {
    id: 'sense-voice-small',
    kind: 'recogniser',
    program: 'sense-voice',
    languages: SENSE_VOICE_LANGUAGES,
    detectsLanguage: true,
    licence: 'FunASR Model License 1.1',
    terms: {
      summary: 'reference and learning purposes, naming its source, its authors and the model',
      url: 'https://github.com/modelscope/FunASR/blob/main/MODEL_LICENSE',
    },
    source: { type: 'https' },
    files: published(SENSE_VOICE, [
      ['model.int8.onnx', 239_233_841, 'c71f0ce00bec95b07744e116345e33d8cbbe08cef896382cf907bf4b51a2cd51'],
      ['tokens.txt', 315_894, 'f449eb28dc567533d7fa59be34e2abca8784f771850c78a47fb731a31429a1dc'],
    ]),
  },
  whisper('large-v3-turbo', {
    name: 'turbo',
    revision: '2ca6ff69fc878651b770880507669577ac41c2ff',
    // Large models learnt Cantonese, too.
    languages: [...WHISPER_LANGUAGES, 'yue'],
    encoder: [674_716_297, 'b02dcdf54f348741e93fe732b67d933c8dcb6735655f710640143081db38878b'],
    decoder: [361_080_764, '20accd02388482eb3a46bd615631adfdc85e1eb2c7db9ea3f02a40ffe6b81547'],
  }),
  whisper('medium', {
    revision: '8c31d28503847560985df21f90e14f0c736e075e',
    encoder: [374_196_283, '1c54582b4d829de0089f6cb63bbbdb3bf7555398bacaf855fbecf1a84dfd193e'],
    decoder: [571_059_257, '595d00a338a365a7bfa0ca7f296cabc639583bef770ab6130df90f49a6412747'],
  }),
  whisper('small', {
    revision: '8f3c18b358db4d1f2fc1eae49d75cd20989e4309',
    encoder: [112_442_483, '4cbe7b22fa9026b843b60a68640c747de05bafb1a11b57edc0e66c232d9f33a9'],
    decoder: [262_226_114, 'acad50b5c782696e91b55914cc5ab4f756f1532f76e22aa6fc615f39fb69a8ee'],
  }),
  {
    id: 'moonshine-tiny-en',
    kind: 'recogniser',
    program: 'moonshine-tiny',
    languages: ['en'],
    detectsLanguage: false,
    licence: 'MIT',
    source: moonshineEnglish,
    files: moonshineFiles('dist/model/tiny/quantized', {
      encoder: [7_937_661, 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a'],
      decoder: [20_243_286, 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367'],
    }),
  },
  whisper('base', {
    revision: 'bb53ee204431c90d314c1cc08d28d23e5b7927cc',
    encoder: [29_120_534, '0b8fb1304b6109976038efff5ace81720e00386f3ff6b54ee8c75291ca0a1e11'],
    decoder: [130_672_026, '9759d217388a01b3a4c7c15533201067b48ae819c4daafc8624e64b9409dc02d'],
  }),
  whisper('tiny', {
    revision: '65176e2deb88badc814a94058666cadccc29b61c',
    encoder: [12_937_772, 'd24fb083ae3b1041fc24e97971d60e280c9342201fbb67b0ab428a8b4a51a434'],
    decoder: [89_855_401, 'd2fece8dd42771f1df975c6c0445770d0c292bf7547c2cae04a6c0cc57540925'],
  }),
  {
    id: 'silero-vad',
    kind: 'vad',
    languages: [],
    licence: 'MIT',
    source: { type: 'npm', package: '@ricky0123/vad-web', version: '0.0.31', downloadBytes: 5_471_324 },
    files: [
      {
        name: 'silero_vad_v5.onnx',
        from: 'dist/silero_vad_v5.onnx',
        bytes: 2_327_524,
        sha256: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
      },
    ],
  },
  {
    id: 'pyannote-segmentation-3.0',
    kind: 'speaker-segmentation',
    languages: [],
    licence: 'MIT',
    source: { type: 'https' },
    files: published(PYANNOTE_SEGMENTATION, [
      ['model.onnx', 5_992_913, '220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079'],
    ]),
  },
];

type Contents = readonly [bytes: number, sha256: string];

function moonshineFiles(folder: string, { encoder, decoder }: Record<'encoder' | 'decoder', Contents>) {
  const file = (name: string, [bytes, sha256]: Contents) => ({
    name,
    from: `${folder}/${name}`,
    bytes,
    sha256,
  });
  return [file('encoder_model.onnx', encoder), file('decoder_model_merged.onnx', decoder)];
}

interface WhisperRelease {
  /** What its files are called after, where not after its size. */
  readonly name?: string;
  readonly revision: string;
  readonly languages?: readonly string[];
  readonly encoder: Contents;
  readonly decoder: Contents;
}

function whisper(size: string, release: WhisperRelease): Model {
  const { name = size, revision, languages = WHISPER_LANGUAGES, encoder, decoder } = release;
  const repository = { name: `sherpa-onnx-whisper-${name}`, revision };
  const files: NamedContents[] = [
    ['encoder.int8.onnx', ...encoder],
    ['decoder.int8.onnx', ...decoder],
    // All sizes share one vocabulary.
    ['tokens.txt', 816_730, 'b34b360dbb493e781e479794586d661700670d65564001f23024971d1f2fa126'],
  ];
  return {
    id: `whisper-${size}`,
    kind: 'recogniser',
    program: 'whisper',
    languages,
    detectsLanguage: true,
    licence: 'MIT',
    source: { type: 'https' },
    files: published(repository, files, `${name}-`),
  };
}

type NamedContents = readonly [name: string, ...Contents];

/** @param prefix what the names of the published files begin with, and ours do not */
function published(
  { name: repository, revision }: Repository,
  files: readonly NamedContents[],
  prefix = '',
): ModelFile[] {
  const folder = `https://huggingface.co/csukuangfj/${repository}/resolve/${revision}`;
  return files.map(([name, bytes, sha256]) => ({ name, from: `${folder}/${prefix}${name}`, bytes, sha256 }));
}
