/** The operations of one piece of work. The same object always stands for the same lane. */
export interface LaneOrder {
  /** Lanes that are due earlier go first. Any unit, the same for all. */
  readonly due: number;
}

/**
 * The order of waiting work. Each piece of it has a lane; of the lanes that are due first the one that waits longest
 * goes, so that lanes that are due alike take turns, however much waits in each.
 */
export interface Lanes<Task> {
  add(lane: LaneOrder, task: Task, place?: 'front' | 'back'): void;
  /** The next task whose turn it is. A lane whose next task is not allowed is passed over as a whole. */
  take(isAllowed?: (task: Task) => boolean): Task | undefined;
  /** Takes out all that waits in a lane. */
  clear(lane: LaneOrder): Task[];
}

export function createLanes<Task>(): Lanes<Task> {
  const waiting = new Map<LaneOrder, Task[]>();

  function earliest(isAllowed: (task: Task) => boolean): LaneOrder | undefined {
    let first: LaneOrder | undefined;
    for (const [lane, [task]] of waiting) {
      if (first && lane.due >= first.due) continue;
      if (isAllowed(task!)) first = lane;
    }
    return first;
  }

  return {
    add(lane, task, place = 'back') {
      const tasks = waiting.get(lane) ?? [];
      waiting.set(lane, tasks);
      if (place === 'front') tasks.unshift(task);
      else tasks.push(task);
    },
    take(isAllowed = () => true) {
      const lane = earliest(isAllowed);
      if (!lane) return undefined;
      const [task, ...others] = waiting.get(lane)!;
      waiting.delete(lane);
      if (others.length > 0) waiting.set(lane, others); // behind the others that are due alike
      return task;
    },
    clear(lane) {
      const tasks = waiting.get(lane) ?? [];
      waiting.delete(lane);
      return tasks;
    },
  };
}
