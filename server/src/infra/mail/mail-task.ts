import { z } from 'zod';

import type { Task } from '../queue/task.ts';
import type { Mail } from './mail-text.ts';

/**
 * A mail on its way to the mail server. Tried 12 times within about a day: a server that is down for a night loses
 * nothing, and nobody gets a link days after it expired. Once it was sent, or given up, its links are nowhere here.
 */
export const mailTask: Task<Mail> = {
  name: 'send-mail',
  payload: z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string() }),
  retryLimit: 11,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 4 * 60 * 60,
  leavesNothing: true,
};
