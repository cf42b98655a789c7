import {
  EngineCrashedError,
  startEngineProcess,
  type EngineProcess,
  type EngineRequest,
  type ProcessLimits,
} from './engine-process.ts';
import { createLanes, type LaneOrder } from './lanes.ts';
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
  /** It may take many seconds. Such operations never occupy the last process, where there are two or more. */
  readonly isLong?: boolean;
  /** Told, when the operation has succeeded, how long a process was busy with it, in seconds. */
  readonly onBusy?: (seconds: number) => void;
}

/** Operations that are due at the same time and are cancelled together. */
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
  /** @param due lanes that are due earlier go first, those that are due alike take turns */
  openLane(due?: number): Lane;
  /** Process ids of the engine processes that are alive. */
  pids(): number[];
  /** Kills what runs; that, what waits and what is still to come rejects with `EngineCrashedError`. */
  close(): void;
}

interface LaneState extends LaneOrder {
  cancelled: Error | undefined;
}

interface Task {
  readonly lane: LaneState;
  readonly operation: OperationName;
  readonly input: unknown;
  readonly onEvent: (event: unknown) => void;
  readonly onBusy: (seconds: number) => void;
  readonly isLong: boolean;
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

  /** One process is left for what is quick, so that it need not wait for what is not. */
  function hasRoom(task: Task): boolean {
    if (!task.isLong) return true;
    const long = [...busy.values()].filter(({ isLong }) => isLong).length;
    return long < Math.max(1, processes - 1);
  }

  function dispatch() {
    while (busy.size < processes) {
      const task = lanes.take(hasRoom);
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
      const begun = performance.now();
      const result = await engineProcess.perform(requestOf(task));
      task.onBusy((performance.now() - begun) / 1000);
      task.outcome.resolve(result);
    } catch (error) {
      const unwanted = task.lane.cancelled ?? closed;
      const mayHeal = error instanceof EngineCrashedError && task.attempts < MOST_ATTEMPTS;
      if (mayHeal && !unwanted) lanes.add(task.lane, task, 'front');
      else task.outcome.reject(unwanted ?? error);
    }
    if (engineProcess && busy.delete(engineProcess)) idle.push(engineProcess);
  }

  function openLane(due = 0): Lane {
    const lane: LaneState = { due, cancelled: undefined };
    return {
      run(operation, input, { onEvent = nothing, onBusy = nothing, isLong = false } = {}) {
        const outcome = Promise.withResolvers<unknown>();
        const unwanted = lane.cancelled ?? closed;
        if (unwanted) outcome.reject(unwanted);
        else {
          // The protocol ties events to their operation; a queue of all operations cannot.
          const take = onEvent as (event: unknown) => void;
          const request = { operation, input, onEvent: take, onBusy, isLong };
          lanes.add(lane, { ...request, lane, outcome, eventsTaken: 0, attempts: 0 });
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

const nothing = () => undefined;

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
