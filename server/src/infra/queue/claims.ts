import { fromKysely, type Db, type JobWithMetadata, type PgBoss } from 'pg-boss';

import { persistently } from '../database/persistently.ts';
import type { Database } from '../database/schema.ts';
import { LeaseLost, TASK_CHANNEL, type TaskKind } from './task.ts';

/**
 * One worker's claim on one attempt of a task. Everything done through it names the attempt, so it does nothing once
 * the task has been given to another worker.
 */
export type Claim = JobWithMetadata;

/** What names an attempt, and how many there may be. */
type ClaimRef = Pick<Claim, 'name' | 'id' | 'retryCount' | 'retryLimit'>;

/** A task that was under way at this many ends of services is taken for the cause of them. */
const ENDS_OUTLIVED = 10;

/** Below what a task has that is sent without a priority. */
const RETRY_PRIORITY = -1;

/** The tasks a command of the queue's reached. The field is documented for it but missing in its published types. */
const reached = (response: object): readonly string[] => (response as { settled?: string[] }).settled ?? [];

export async function completeClaim(boss: PgBoss, claim: Claim): Promise<void> {
  await persistently(() => boss.complete(claim.name, claim));
}

/** Ends the task and erases it, with the dead one that it tells the end of. */
export async function eraseClaim(boss: PgBoss, claim: Claim): Promise<void> {
  const { name, sourceName, sourceId } = claim;
  await persistently(async () => {
    if (sourceName !== null && sourceId !== null) await boss.deleteJob(sourceName, sourceId);
    await boss.deleteJob(name, claim);
  });
}

/** Completes the task inside the transaction; throws {@link LeaseLost} when it is no longer this attempt's. */
export async function completeClaimIn(boss: PgBoss, claim: Claim, tx: Database): Promise<void> {
  const response = await boss.complete(claim.name, claim, null, { db: fromKysely(tx) });
  if (reached(response).length === 0) throw new LeaseLost(`task ${claim.id} was given to another worker`);
}

/** Writes down that the attempt failed: the task is tried again after its delay, or is dead. */
export async function failClaim(boss: PgBoss, claim: ClaimRef, reason: string): Promise<void> {
  await persistently(() => boss.fail(claim.name, claim, { message: reason }));
}

/** The same; and where there is another try, it comes after those that have not been tried. */
export async function failClaimToLast(boss: PgBoss, claim: ClaimRef, reason: string): Promise<void> {
  await failClaim(boss, claim, reason);
  await persistently(() => boss.update(claim.name, undefined, { id: claim.id, priority: RETRY_PRIORITY }));
}

/** Gives signs of life for the claims; answers with those that are no longer ours. */
export async function renewClaims(boss: PgBoss, name: string, claims: readonly Claim[]): Promise<Claim[]> {
  const renewed = new Set(reached(await boss.touch(name, [...claims])));
  return claims.filter(({ id }) => !renewed.has(id));
}

/**
 * Puts a task back as if it had not been taken: at once, at its old place, and without counting as a try. The queue has
 * no such command, so it is put together from those that it has, in one transaction.
 */
export async function handBackClaim(boss: PgBoss, claim: ClaimRef): Promise<void> {
  const tx = await boss.getDb().beginTransaction?.();
  if (!tx) throw new Error('the queue has no connections of its own');
  try {
    const cancelled = reached(await boss.cancel(claim.name, claim, { db: tx.db }));
    if (cancelled.length > 0) await requeue(boss, claim, tx.db);
    await tx.commit();
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}

async function requeue(boss: PgBoss, claim: ClaimRef, db: Db): Promise<void> {
  await boss.resume(claim.name, claim.id, { db });
  // The next claim counts one try more, so the limit moves with it.
  await boss.update(claim.name, undefined, { id: claim.id, retryLimit: claim.retryLimit + 1, db });
  await db.executeSql('select pg_notify($1, $2)', [TASK_CHANNEL, claim.name]);
}

/**
 * Puts back every task of the kind that is claimed: only for a caller who knows that all the workers are dead. A death is
 * not held against the task, unless it has outlived so many that it may be their cause.
 */
export async function handBackOrphans(
  boss: PgBoss,
  task: Pick<TaskKind, 'name' | 'retryLimit'>,
): Promise<void> {
  const { rows } = await boss.getDb().executeSql(
    `select name, id, retry_count as "retryCount", retry_limit as "retryLimit"
       from pgboss.job where name = $1 and state = 'active'`,
    [task.name],
  );
  for (const orphan of rows as ClaimRef[]) {
    if (orphan.retryLimit < task.retryLimit + ENDS_OUTLIVED) await handBackClaim(boss, orphan);
    else await failClaim(boss, orphan, 'the service ended while it was worked on, time and again');
  }
}
