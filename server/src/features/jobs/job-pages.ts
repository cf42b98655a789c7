import type { Database, JobRow } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { readCursor, writeCursor } from './jobs.rules.ts';
import { listJobs, type JobFilter } from './jobs.store.ts';

/**
 * A page of an account's jobs, newest first, and where the next one begins.
 * @throws ApiError 400 when the cursor is not one that a page gave
 */
export async function readPage(
  db: Database,
  wanted: JobFilter & { limit: number; cursor?: string | undefined },
): Promise<{ rows: JobRow[]; nextCursor: string | null }> {
  const { limit, cursor, ...filter } = wanted;
  const after = cursor === undefined ? null : readCursor(cursor);
  if (cursor !== undefined && after === null) {
    throw refusal('request.malformed', { problem: 'cursor must be the next_cursor of another page' });
  }
  // One more than asked for tells whether there is another page.
  const found = await listJobs(db, { ...filter, after, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? writeCursor({ createdAt: last.created_at, id: last.id }) : null };
}
