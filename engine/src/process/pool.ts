import {
  EngineCrashedError,
  startEngineProcess,
  type EngineProcess,
  type ProcessLimits,
} from './engine-process.ts';
import { createLanes } from './lanes.ts';
import type { ModelPaths, OperationName, Operations } from './protocol.ts';

/** A crash may be chance (memory pressure, somebody's kill); the same operation crashing every time is not. */
const MOST_ATTEMPTS = 3;

export interface PoolOptions {
  readonly processes: number;
  readonly models: ModelPaths;
  readonly limits: ProcessLimits;
}

interface RunOptions<Name extends OperationName> {
  readonly onEvent?: (event: Operations[Name]['event']) => void;
  /** Before whatever else waits in this lane. */
  readonly first?: boolean;
}

/** The operations of one recording. Ended together, by `cancel` or by the signal it was opened with. */
export interface Lane {
  run<Name extends OperationName>(
    operation: Name,
    input: Operations[Name]['input'],
    options?: RunOptions<Name>,
  ): Promise<Operations[Name]['result']>;
  /** Drops what waits and kills what runs: an operation deep in native code hears nothing softer. */
  cancel(reason: Error): void;
}

export interface EnginePool {
  openLane(): Lane;
  /** Process ids of the engine processes that are alive. */
  pids(): number[];
  close(): void;
}

interface Task {
  readonly lane: Lane;
  readonly operation: OperationName;
  readonly input: unknown;
  readonly onEvent: (event: unknown) => void;
  readonly outcome: PromiseWithResolvers<unknown>;
  eventsTaken: number;
  attempts: number;
}

/**
 * Keeps up to `processes` engine processes and gives them work. A process that dies is replaced and its operation
 * tried again in a new one, up to three times in all; events already delivered are not delivered twice.
 */
export function createEnginePool({ processes, models, limits }: PoolOptions): EnginePool {
  const lanes = createLanes<Task>();
  const idle: EngineProcess[] = [];
  const busy = new Map<EngineProcess, Task | undefined>();
  let closed = false;

  function start(): EngineProcess {
    const started = startEngineProcess(models, limits, () => {
      busy.delete(started);
      const index = idle.indexOf(started);
      if (index >= 0) idle.splice(index, 1);
    });
    return started;
  }

  function dispatch() {
    if (closed) return;
    while (idle.length > 0 || busy.size < processes) {
      const task = lanes.take();
      if (!task) return;
      const engineProcess = idle.pop() ?? start();
      busy.set(engineProcess, task);
      void perform(engineProcess, task).then(dispatch);
    }
  }

  async function perform(engineProcess: EngineProcess, task: Task) {
    task.attempts++;
    let events = 0;
    const onEvent = (event: unknown) => {
      if (events++ < task.eventsTaken) return;
      task.eventsTaken++;
      task.onEvent(event);
    };
    try {
      const { operation, input } = task;
      task.outcome.resolve(await engineProcess.perform({ operation, input, onEvent }));
    } catch (error) {
      if (error instanceof EngineCrashedError && task.attempts < MOST_ATTEMPTS && !closed) {
        lanes.add(task.lane, task, 'front');
      } else {
        task.outcome.reject(error);
      }
    }
    if (busy.delete(engineProcess)) idle.push(engineProcess);
  }

  function openLane(): Lane {
    let cancelled: Error | undefined;
    const lane: Lane = {
      run(operation, input, { onEvent, first = false } = {}) {
        const outcome = Promise.withResolvers<unknown>();
        const take = onEvent as ((event: unknown) => void) | undefined;
        const task = {
          lane,
          operation,
          input,
          onEvent: take ?? (() => undefined),
          outcome,
          eventsTaken: 0,
          attempts: 0,
        };
        if (cancelled) outcome.reject(cancelled);
        else lanes.add(lane, task, first ? 'front' : 'back');
        dispatch();
        return outcome.promise as Promise<Operations[typeof operation]['result']>;
      },
      cancel(reason) {
        cancelled ??= reason;
        for (const task of lanes.clear(lane)) task.outcome.reject(cancelled);
        for (const [engineProcess, task] of busy) {
          if (task?.lane !== lane) continue;
          task.outcome.reject(cancelled);
          task.attempts = MOST_ATTEMPTS;
          engineProcess.kill('its recording was cancelled');
        }
      },
    };
    return lane;
  }

  return {
    openLane,
    pids: () => [...idle, ...busy.keys()].map(({ pid }) => pid),
    close() {
      closed = true;
      for (const engineProcess of [...idle, ...busy.keys()]) engineProcess.kill('the engine was closed');
    },
  };
}
