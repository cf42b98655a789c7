import { refusal } from '../../infra/http/api-error.ts';
import { readCursor, writeCursor, type ListPosition } from '../jobs/jobs.rules.ts';

/**
 * A page of a list that is in the order of creation, and where the next one begins.
 *
 * @param read up to `limit` rows from the one that comes after `after`
 * @throws ApiError 400 when the cursor is not one that a page gave
 */
export async function pageOf<Row extends { readonly created_at: Date; readonly id: string }>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (after: ListPosition | null, limit: number) => Promise<Row[]>,
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : readCursor(cursor);
  if (cursor !== undefined && after === null) {
    throw refusal('request.malformed', { problem: 'cursor must be the nextCursor of another page' });
  }
  // One more than asked for tells whether there is another page.
  const found = await read(after, limit + 1);
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? writeCursor({ createdAt: last.created_at, id: last.id }) : null };
}
