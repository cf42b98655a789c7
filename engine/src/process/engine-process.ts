import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pidusage from 'pidusage';

import { UnusableAudioError } from '../audio/errors.ts';
import type { ModelPaths, OperationName, ReplyMessage } from './protocol.ts';

const PROGRAM = fileURLToPath(new URL('child.ts', import.meta.url));
const MEMORY_CHECK_MS = 1000;

/** As published, ONNX Runtime reports its use to its maker, and writes a file into the temporary folder for it. */
const UNOBSERVED = { ORT_DISABLE_TELEMETRY: '1' };

/**
 * An engine process ended before it answered (a native crash, a hang, too much memory, somebody's kill), could not be
 * started, or was no longer wanted because the engine was closed.
 */
export class EngineCrashedError extends Error {
  override readonly name = 'EngineCrashedError';
}

/** An operation failed in a healthy process. */
export class EngineOperationError extends Error {
  override readonly name = 'EngineOperationError';
}

export interface ProcessLimits {
  /** Asked each time it is looked. */
  readonly memoryMb: () => number;
  /** The longest an operation may go without an answer or an event. */
  readonly silenceSeconds: number;
}

export interface EngineRequest {
  readonly operation: OperationName;
  readonly input: unknown;
  readonly onEvent: (event: unknown) => void;
}

export interface EngineProcess {
  /** None where the system refused to start it. */
  readonly pid: number | undefined;
  /** One at a time. */
  perform(request: EngineRequest): Promise<unknown>;
  /** Ends the process at once; an operation under way rejects with `EngineCrashedError`. */
  kill(reason: string): void;
}

interface Pending {
  readonly outcome: PromiseWithResolvers<unknown>;
  readonly onEvent: (event: unknown) => void;
}

/**
 * Starts one engine process and watches over it.
 *
 * @throws EngineCrashedError when the system starts no more processes; where it says so later, `perform` rejects
 */
export function startEngineProcess(
  models: ModelPaths,
  limits: ProcessLimits,
  onExit: () => void,
): EngineProcess {
  const child = forkProgram(models);
  let pending: Pending | undefined;
  let killedFor: string | undefined;
  let silence: NodeJS.Timeout | undefined;
  const stopWatching = watchMemory(child, limits.memoryMb, kill);

  function kill(reason: string) {
    killedFor ??= reason;
    child.kill('SIGKILL');
  }

  function listen() {
    clearTimeout(silence);
    silence = setTimeout(
      () => kill(`it was silent for ${limits.silenceSeconds} s`),
      limits.silenceSeconds * 1000,
    );
  }

  function finish(): PromiseWithResolvers<unknown> | undefined {
    clearTimeout(silence);
    const outcome = pending?.outcome;
    pending = undefined;
    return outcome;
  }

  function end(cause: string) {
    stopWatching();
    onExit();
    finish()?.reject(new EngineCrashedError(`An engine process stopped: ${killedFor ?? cause}.`));
  }

  child.on('message', (message: ReplyMessage) => {
    // Messages may come after the end of their process, whose operation is then another's.
    if (!pending) return;
    if (message.kind === 'event') {
      listen();
      pending.onEvent(message.event);
    } else if (message.kind === 'result') {
      finish()?.resolve(message.result);
    } else {
      finish()?.reject(errorFrom(message));
    }
  });
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) =>
    end(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
  );

  return {
    pid: child.pid,
    perform({ operation, input, onEvent }) {
      const outcome = Promise.withResolvers<unknown>();
      pending = { outcome, onEvent };
      listen();
      // A process that was not started, or has just died, is about to say so: that answers the request.
      if (child.connected) child.send({ operation, input }, () => undefined);
      return outcome.promise;
    },
    kill,
  };
}

/**
 * In megabytes. Each step of the recogniser leaves some megabytes outside of the heap, held by a few small objects in it:
 * the sooner these are collected, the less there is. An hour takes 15 % less memory so, and no more time.
 */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=2';

function forkProgram(models: ModelPaths): ChildProcess {
  try {
    return fork(PROGRAM, [JSON.stringify(models)], {
      execArgv: ['--disable-warning=ExperimentalWarning', SMALL_YOUNG_GENERATION],
      serialization: 'advanced',
      env: { ...process.env, ...UNOBSERVED },
    });
  } catch (cause) {
    throw new EngineCrashedError('An engine process could not be started.', { cause });
  }
}

function errorFrom(message: Extract<ReplyMessage, { kind: 'error' }>): Error {
  if (message.unusable) return new UnusableAudioError(message.message);
  return new EngineOperationError(message.message, { cause: message.stack });
}

/** Looked at from outside: a process deep in native code cannot look at itself. */
function watchMemory(
  child: ChildProcess,
  memoryMb: () => number,
  kill: (reason: string) => void,
): () => void {
  const check = async () => {
    const usage = await pidusage(child.pid!).catch(() => undefined);
    const limitMb = memoryMb();
    if (usage && usage.memory > limitMb * 1e6) kill(`it used more than ${limitMb} MB of memory`);
  };
  // What cannot be looked at now is looked at again.
  const timer = setInterval(() => void check().catch(() => undefined), MEMORY_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
