import { addAbortListener } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';

import type { AudioFacts } from './audio/probe.ts';
import { prepare, recogniseChunk, transcribe, type Workplace } from './pipeline.ts';
import type { SpeechModels } from './models/speech-models.ts';
import { createEnginePool, type Lane } from './process/pool.ts';
import type { Chunk, Measure, PreparedRecording, RecognisedChunk, SpeakerHint, Transcript } from './types.ts';
import { createWorkFolders } from './work-folders.ts';

export interface EngineOptions {
  readonly models: Pick<SpeechModels, 'speechDetector' | 'segmentation' | 'recogniserFor' | 'memoryMb'>;
  /** Engine processes, one thread each. Default: one for each core. */
  readonly processes?: number | undefined;
  /** An engine process that grows past this is ended. Default 2000, or what the largest of the models that are installed needs. */
  readonly memoryLimitMb?: number | undefined;
  /** An operation that neither answers nor reports for this long is ended. Default 300. */
  readonly silenceLimitSeconds?: number | undefined;
  /** Default 24 hours. */
  readonly maxDurationSeconds?: number | undefined;
  /** Parent of the folders in which decoded audio lies while it is worked on. Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
  /** Told after each operation how long it took: by these figures one can tell how long work will take. */
  readonly onMeasured?: ((measure: Measure) => void) | undefined;
}

export interface TranscribeRequest {
  readonly path: string;
  readonly hint?: SpeakerHint | undefined;
  /** What is spoken, a language that a model is installed for, or `auto` to find out. English by default. */
  readonly language?: string | undefined;
  /** Words and phrases that occur in it, separated by commas: they are written so where they are likely heard. */
  readonly prompt?: string | undefined;
}

export interface RunOptions {
  /** How far the work has come, 0 to 1. Never goes back. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Work that is due earlier goes first, what is due alike takes turns. Any unit, the same for all; 0 by default. */
  readonly due?: number | undefined;
}

interface PrepareOptions extends RunOptions {
  /** Takes each chunk as soon as it is final. Its file is there until the promise resolves. */
  readonly onChunk: (chunk: Chunk) => Promise<void>;
}

export interface Engine {
  /** What a file holds. Throws `UnusableAudioError` when it is no audio, or longer than allowed. */
  probe(path: string): Promise<AudioFacts>;
  /**
   * Who said what, when. This and the steps below throw `UnusableAudioError` when the recording is at fault, the
   * signal's reason when aborted, `ModelError` when no model is installed for the language, and `EngineCrashedError` or
   * `EngineOperationError` when trying again may help.
   */
  transcribe(request: TranscribeRequest, options?: RunOptions): Promise<Transcript>;
  /**
   * The first step of a transcription that others help with: all but the words, which are in the chunks. The same
   * recording always gives the same chunks. `composeTranscript` puts the parts together.
   */
  prepare(request: TranscribeRequest, options: PrepareOptions): Promise<PreparedRecording>;
  /** Recognises one chunk, by its file. */
  recogniseChunk(request: Omit<TranscribeRequest, 'hint'>, options?: RunOptions): Promise<RecognisedChunk>;
  /** Starts all engine processes and has them load their models, so that the first work need not wait for it. */
  warmUp(): Promise<void>;
  /** Process ids of the engine processes that are alive. */
  pids(): number[];
  /** Ends the engine processes; what is under way or comes later rejects with `EngineCrashedError`. */
  close(): void;
}

/** One slow file does not hold up the others whose senders wait. */
const PROBES_AT_ONCE = 2;
const PROBE_SECONDS = 60;

const DEFAULT_LANGUAGE = 'en';

/** Starts no process until there is work. Probes have a process of their own: an uploader waits for them. */
export function createEngine(options: EngineOptions): Engine {
  const {
    models,
    processes = availableParallelism(),
    memoryLimitMb,
    silenceLimitSeconds: silenceSeconds = 300,
    maxDurationSeconds = 24 * 3600,
    temporaryDirectory = tmpdir(),
    onMeasured = () => undefined,
  } = options;
  // Asked anew each time: models come while the engine runs.
  const memoryMb = () => memoryLimitMb ?? models.memoryMb;
  const limits = { memoryMb, silenceSeconds };
  const paths = { speechDetector: models.speechDetector };
  const pool = createEnginePool({ processes, models: paths, limits });
  const probes = createEnginePool({
    processes: PROBES_AT_ONCE,
    models: paths,
    limits: { ...limits, silenceSeconds: PROBE_SECONDS },
  });
  const workFolders = createWorkFolders(temporaryDirectory);

  /** Runs steps in lanes of their own, which end with the work, however it ends, or with the signal. */
  async function inLanes<Result>(
    { onProgress = () => undefined, signal, due = 0 }: RunOptions,
    work: (workplace: Workplace & { recognitionLane: Lane }) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    // Telling speakers apart is one long operation: begun late, it would be the last to end, on one core, the others idle.
    const lanes = { lane: pool.openLane(due - 1), recognitionLane: pool.openLane(due) };
    const cancel = (reason: Error) => {
      for (const lane of Object.values(lanes)) lane.cancel(reason);
    };
    using _listening = signal && addAbortListener(signal, () => cancel(signal.reason as Error));
    try {
      return await work({ ...lanes, onProgress, onMeasured });
    } finally {
      cancel(new Error('The work has ended.'));
    }
  }

  async function inWorkFolder<Result>(work: (workDir: string) => Promise<Result>): Promise<Result> {
    const workDir = await workFolders.make();
    try {
      return await work(workDir);
    } finally {
      await workFolders.remove(workDir);
    }
  }

  const recordingOf = ({ path, hint = {} }: TranscribeRequest, workDir: string) => ({
    path,
    hint,
    workDir,
    maxDurationSeconds,
    segmentation: models.segmentation,
  });

  return {
    probe: (path) => probes.openLane().run('probe', { path, maxDurationSeconds }),

    async transcribe(request, run = {}) {
      const { language = DEFAULT_LANGUAGE, prompt } = request;
      const model = models.recogniserFor(language);
      return inWorkFolder((workDir) =>
        inLanes(run, (workplace) =>
          transcribe({ ...recordingOf(request, workDir), model, prompt }, workplace),
        ),
      );
    },

    prepare: (request, { onChunk, ...run }) =>
      inWorkFolder((workDir) =>
        inLanes(run, (workplace) => prepare(recordingOf(request, workDir), { ...workplace, onChunk })),
      ),

    async recogniseChunk({ path, language = DEFAULT_LANGUAGE, prompt }, run = {}) {
      const model = models.recogniserFor(language);
      return inLanes(run, ({ recognitionLane, ...workplace }) =>
        recogniseChunk({ path, model, prompt }, { ...workplace, lane: recognitionLane }),
      );
    },

    async warmUp() {
      const lanes = Array.from({ length: processes }, () => pool.openLane());
      const model = models.recogniserFor(DEFAULT_LANGUAGE);
      await Promise.all(lanes.map((lane) => lane.run('load', { model })));
    },

    pids: () => [...pool.pids(), ...probes.pids()],
    close() {
      pool.close();
      probes.close();
    },
  };
}
