import { sql, type RawBuilder } from 'kysely';

import { deadName } from './queue.ts';
import type { TaskKind } from './task.ts';

/**
 * A table expression, with the one column `data`, of what the tasks of a kind carry that are not done: those that wait,
 * are worked on, or are dead and have yet to be told of.
 */
export const unfinishedTasks = ({ name }: TaskKind): RawBuilder<{ data: object }> => sql`
  (select data from pgboss.job where name in (${name}, ${deadName(name)}) and state < 'completed')`;
