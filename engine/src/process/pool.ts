import {
  EngineCrashedError,
  startEngineProcess,
  type EngineProcess,
  type EngineRequest,
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

/** The operations of one recording, which take turns with those of other recordings and are cancelled together. */
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
  /** Kills what runs; that, what waits and what is still to come rejects with `EngineCrashedError`. */
  close(): void;
}

interface LaneState {
  cancelled: Error | undefined;
}

interface Task {
  readonly lane: LaneState;
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
  const busy = new Map<EngineProcess, Task>();
  let closed: Error | undefined;

  function start(): EngineProcess {
    const started = startEngineProcess(models, limits, () => {
      busy.delete(started);
      const index = idle.indexOf(started);
      if (index >= 0) idle.splice(index, 1);
    });
    return started;
  }

  function dispatch() {
    while (busy.size < processes) {
      const task = lanes.take();
      if (!task) return;
      void attempt(task).then(dispatch);
    }
  }

  async function attempt(task: Task) {
    task.attempts++;
    let engineProcess: EngineProcess | undefined;
    try {
      engineProcess = idle.pop() ?? start();
      busy.set(engineProcess, task);
      task.outcome.resolve(await engineProcess.perform(requestOf(task)));
    } catch (error) {
      const unwanted = task.lane.cancelled ?? closed;
      const mayHeal = error instanceof EngineCrashedError && task.attempts < MOST_ATTEMPTS;
      if (mayHeal && !unwanted) lanes.add(task.lane, task, 'front');
      else task.outcome.reject(unwanted ?? error);
    }
    if (engineProcess && busy.delete(engineProcess)) idle.push(engineProcess);
  }

  function openLane(): Lane {
    const lane: LaneState = { cancelled: undefined };
    return {
      run(operation, input, { onEvent = () => undefined, first = false } = {}) {
        const outcome = Promise.withResolvers<unknown>();
        const unwanted = lane.cancelled ?? closed;
        if (unwanted) outcome.reject(unwanted);
        else {
          // The protocol ties events to their operation; a queue of all operations cannot.
          const take = onEvent as (event: unknown) => void;
          const task = { lane, operation, input, onEvent: take, outcome, eventsTaken: 0, attempts: 0 };
          lanes.add(lane, task, first ? 'front' : 'back');
          dispatch();
        }
        return outcome.promise as Promise<Operations[typeof operation]['result']>;
      },
      cancel(reason) {
        lane.cancelled ??= reason;
        for (const task of lanes.clear(lane)) task.outcome.reject(lane.cancelled);
        for (const [engineProcess, task] of busy) {
          if (task.lane !== lane) continue;
          task.outcome.reject(lane.cancelled);
          engineProcess.kill('its recording was cancelled');
        }
      },
    };
  }

  return {
    openLane,
    pids: () => [...idle, ...busy.keys()].flatMap(({ pid }) => pid ?? []),
    close() {
      closed = new EngineCrashedError('The engine was closed.');
      for (let task = lanes.take(); task; task = lanes.take()) task.outcome.reject(closed);
      for (const engineProcess of [...idle, ...busy.keys()]) engineProcess.kill('the engine was closed');
    },
  };
}

/** What an engine process is asked in one attempt; the events that an attempt before it delivered are passed over. */
function requestOf(task: Task): EngineRequest {
  let events = 0;
  return {
    operation: task.operation,
    input: task.input,
    onEvent(event) {
      if (task.lane.cancelled || events++ < task.eventsTaken) return;
      task.eventsTaken++;
      task.onEvent(event);
    },
  };
}
