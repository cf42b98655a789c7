import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pidusage from 'pidusage';

import { UnusableAudioError } from '../audio/errors.ts';
import type { ModelPaths, OperationName, ReplyMessage } from './protocol.ts';

const PROGRAM = fileURLToPath(new URL('child.ts', import.meta.url));
const MEMORY_CHECK_MS = 1000;

/** An engine process ended before it answered: a native crash, a hang, too much memory, or somebody's kill. */
export class EngineCrashedError extends Error {
  override readonly name = 'EngineCrashedError';
}

/** An operation failed in a healthy process. */
export class EngineOperationError extends Error {
  override readonly name = 'EngineOperationError';
}

export interface ProcessLimits {
  readonly memoryMb: number;
  /** The longest an operation may go without an answer or an event. */
  readonly silenceSeconds: number;
}

interface Request {
  readonly operation: OperationName;
  readonly input: unknown;
  readonly onEvent: (event: unknown) => void;
}

export interface EngineProcess {
  readonly pid: number;
  /** One at a time. */
  perform(request: Request): Promise<unknown>;
  /** Ends the process at once; an operation under way rejects with `EngineCrashedError`. */
  kill(reason: string): void;
}

/** Starts one engine process and watches over it. */
export function startEngineProcess(
  models: ModelPaths,
  limits: ProcessLimits,
  onExit: () => void,
): EngineProcess {
  const child = fork(PROGRAM, [JSON.stringify(models)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  let settle: PromiseWithResolvers<unknown> | undefined;
  let onEvent: Request['onEvent'] | undefined;
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

  function finish(act: (pending: PromiseWithResolvers<unknown>) => void) {
    clearTimeout(silence);
    const pending = settle;
    settle = onEvent = undefined;
    if (pending) act(pending);
  }

  function end(cause: string) {
    stopWatching();
    onExit();
    const message = `An engine process stopped: ${killedFor ?? cause}.`;
    finish((pending) => pending.reject(new EngineCrashedError(message)));
  }

  child.on('message', (message: ReplyMessage) => {
    if (message.kind === 'event') {
      listen();
      onEvent?.(message.event);
    } else if (message.kind === 'result') {
      finish((pending) => pending.resolve(message.result));
    } else {
      finish((pending) => pending.reject(errorFrom(message)));
    }
  });
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) =>
    end(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
  );

  return {
    pid: child.pid ?? -1,
    perform(request) {
      settle = Promise.withResolvers();
      onEvent = request.onEvent;
      listen();
      child.send({ operation: request.operation, input: request.input }, () => undefined);
      return settle.promise;
    },
    kill,
  };
}

function errorFrom(message: Extract<ReplyMessage, { kind: 'error' }>): Error {
  if (message.unusable) return new UnusableAudioError(message.message);
  return new EngineOperationError(message.message, { cause: message.stack });
}

/** Looked at from outside: a process deep in native code cannot look at itself. */
function watchMemory(child: ChildProcess, limitMb: number, kill: (reason: string) => void): () => void {
  const check = async () => {
    const usage = await pidusage(child.pid!).catch(() => undefined);
    if (usage && usage.memory > limitMb * 1e6) kill(`it used more than ${limitMb} MB of memory`);
  };
  const timer = setInterval(() => void check(), MEMORY_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
