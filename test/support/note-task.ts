import { z } from 'zod';

import type { Task } from '../../server/src/infra/queue/task.ts';

/** A kind of task for tests of the queue itself. */
export const noteTask: Task<{ text: string }> = {
  name: 'note',
  payload: z.object({ text: z.string() }),
  retryLimit: 2,
  retryDelaySeconds: 1,
};
