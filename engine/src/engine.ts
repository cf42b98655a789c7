import { addAbortListener } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';

import type { AudioFacts } from './audio/probe.ts';
import { transcribe, type OnProgress } from './pipeline.ts';
import { createEnginePool } from './process/pool.ts';
import type { ModelPaths } from './process/protocol.ts';
import type { SpeakerHint, Transcript } from './types.ts';
import { createWorkFolders } from './work-folders.ts';

export interface EngineOptions {
  readonly models: ModelPaths;
  /** Engine processes, one thread each. Default: one for each core. */
  readonly processes?: number | undefined;
  /** An engine process that grows past this is ended. Default 2000. */
  readonly memoryLimitMb?: number | undefined;
  /** An operation that neither answers nor reports for this long is ended. Default 300. */
  readonly silenceLimitSeconds?: number | undefined;
  /** Default 24 hours. */
  readonly maxDurationSeconds?: number | undefined;
  /** Parent of the folders in which decoded audio lies while it is worked on. Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
}

export interface TranscribeRequest {
  readonly path: string;
  readonly hint?: SpeakerHint | undefined;
}

interface RunOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Engine {
  /** What a file holds. Throws `UnusableAudioError` when it is no audio, or longer than allowed. */
  probe(path: string): Promise<AudioFacts>;
  /**
   * Who said what, when. Throws `UnusableAudioError` when the recording is at fault, the signal's reason when aborted,
   * and `EngineCrashedError` or `EngineOperationError` when trying again may help.
   */
  transcribe(request: TranscribeRequest, options?: RunOptions): Promise<Transcript>;
  /** Process ids of the engine processes that are alive. */
  pids(): number[];
  /** Ends the engine processes; what is under way or comes later rejects with `EngineCrashedError`. */
  close(): void;
}

/** One slow file does not hold up the others whose senders wait. */
const PROBES_AT_ONCE = 2;
const PROBE_SECONDS = 60;

/** Starts no process until there is work. Probes have a process of their own: an uploader waits for them. */
export function createEngine(options: EngineOptions): Engine {
  const {
    models,
    processes = availableParallelism(),
    memoryLimitMb: memoryMb = 2000,
    silenceLimitSeconds: silenceSeconds = 300,
    maxDurationSeconds = 24 * 3600,
    temporaryDirectory = tmpdir(),
  } = options;
  const limits = { memoryMb, silenceSeconds };
  const pool = createEnginePool({ processes, models, limits });
  const probes = createEnginePool({
    processes: PROBES_AT_ONCE,
    models,
    limits: { ...limits, silenceSeconds: PROBE_SECONDS },
  });
  const workFolders = createWorkFolders(temporaryDirectory);

  return {
    probe: (path) => probes.openLane().run('probe', { path, maxDurationSeconds }),

    async transcribe({ path, hint = {} }, { onProgress = () => undefined, signal } = {}) {
      signal?.throwIfAborted();
      const lane = pool.openLane();
      const workDir = await workFolders.make();
      using _listening = signal && addAbortListener(signal, () => lane.cancel(signal.reason as Error));
      try {
        return await transcribe({ path, hint, workDir, maxDurationSeconds }, lane, onProgress);
      } finally {
        // Ends whatever is left of it when one of its operations failed.
        lane.cancel(new Error('The transcription has ended.'));
        await workFolders.remove(workDir);
      }
    },

    pids: () => [...pool.pids(), ...probes.pids()],
    close() {
      pool.close();
      probes.close();
    },
  };
}
