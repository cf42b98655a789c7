import { sql, type RawBuilder } from 'kysely';

import { deadName } from './queue.ts';
import type { TaskKind } from './task.ts';

/**
 * A table expression, with the one column `data`, of what the tasks of some kinds carry that are not done: those that wait,
 * are worked on, or are dead and have yet to be told of.
 */
export const unfinishedTasks = (kinds: readonly TaskKind[]): RawBuilder<{ data: object }> => {
  const names = kinds.flatMap(({ name }) => [name, deadName(name)]);
  return sql`(select data from pgboss.job where name = any(${names}::text[]) and state < 'completed')`;
};
