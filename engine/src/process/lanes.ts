/**
 * The order of waiting work. Each recording has a lane, and lanes take turns, so that a short recording overtakes a
 * long one however many windows the long one has waiting.
 */
export interface Lanes<Task> {
  add(lane: object, task: Task, place?: 'front' | 'back'): void;
  /** The next task, by turns. */
  take(): Task | undefined;
  /** Takes out all that waits in a lane. */
  clear(lane: object): Task[];
}

export function createLanes<Task>(): Lanes<Task> {
  const waiting = new Map<object, Task[]>();
  return {
    add(lane, task, place = 'back') {
      const tasks = waiting.get(lane) ?? [];
      waiting.set(lane, tasks);
      if (place === 'front') tasks.unshift(task);
      else tasks.push(task);
    },
    take() {
      for (const [lane, tasks] of waiting) {
        waiting.delete(lane);
        const task = tasks.shift();
        if (tasks.length > 0) waiting.set(lane, tasks); // behind the others
        if (task !== undefined) return task;
      }
      return undefined;
    },
    clear(lane) {
      const tasks = waiting.get(lane) ?? [];
      waiting.delete(lane);
      return tasks;
    },
  };
}
