/** The part of sherpa-onnx that is used here; the package has no types of its own. */
declare module 'sherpa-onnx-node' {
  export interface OfflineModelConfig {
    readonly whisper?: {
      readonly encoder: string;
      readonly decoder: string;
      /** Empty to find out. */
      readonly language: string;
      readonly task: 'transcribe';
    };
    readonly transducer?: { readonly encoder: string; readonly decoder: string; readonly joiner: string };
    readonly senseVoice?: {
      readonly model: string;
      readonly language: string;
      /** 1 for figures, casing and punctuation. */
      readonly useInverseTextNormalization: 0 | 1;
    };
    readonly moonshine?: { readonly encoder: string; readonly mergedDecoder: string };
    readonly modelType?: 'nemo_transducer';
    readonly tokens: string;
    readonly numThreads: number;
  }

  export interface OfflineRecognizerConfig {
    readonly featConfig: { readonly sampleRate: number; readonly featureDim: number };
    readonly modelConfig: OfflineModelConfig;
  }

  export interface OfflineRecognizerResult {
    readonly text: string;
    readonly tokens: readonly string[];
    /** Where each token begins, in seconds; empty where the model does not say. */
    readonly timestamps: readonly number[];
    /** How long each token lasts, in seconds; empty where the model does not say. */
    readonly durations: readonly number[];
    /** Logarithms of the tokens' probabilities; empty where they are not known. */
    readonly ys_log_probs: readonly number[];
    /** The language found out, such as `en` or `<|en|>`; may be empty. */
    readonly lang: string;
  }

  export interface OfflineStream {
    acceptWaveform(sound: { readonly samples: Float32Array; readonly sampleRate: number }): void;
  }

  /** The package is CommonJS, which Node.js gives as the default export. */
  const sherpa: {
    readonly OfflineRecognizer: {
      createAsync(config: OfflineRecognizerConfig): Promise<OfflineRecognizer>;
    };
  };
  export default sherpa;

  export interface OfflineRecognizer {
    createStream(): OfflineStream;
    setConfig(config: OfflineRecognizerConfig): void;
    decodeAsync(stream: OfflineStream): Promise<OfflineRecognizerResult>;
  }
}
