import type { Database, ResumableUploadRow } from '../../../infra/database/schema.ts';

export interface NewUpload {
  readonly id: string;
  readonly accountId: string;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number | null;
  readonly at: Date;
}

/** How much an account may have lying here. */
export interface Room {
  readonly mostUploads: number;
  readonly mostBytes: number;
}

/** Notes an upload that is about to begin, unless its account has no room for it; answers whether it did. */
export async function insertUploadWithin(db: Database, upload: NewUpload, room: Room): Promise<boolean> {
  const { accountId, sizeBytes } = upload;
  return await db.transaction().execute(async (trx) => {
    // Of two that begin at once, the second counts the first.
    await trx.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
    const { uploads, bytes } = await trx
      .selectFrom('resumable_uploads')
      .select(({ fn }) => [
        fn.countAll<string>().as('uploads'),
        fn.sum<string | null>('size_bytes').as('bytes'),
      ])
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    if (Number(uploads) >= room.mostUploads || Number(bytes ?? 0) + sizeBytes > room.mostBytes) return false;
    await trx
      .insertInto('resumable_uploads')
      .values({
        id: upload.id,
        account_id: accountId,
        filename: upload.filename,
        size_bytes: sizeBytes,
        last_modified_ms: upload.lastModifiedMs,
        created_at: upload.at,
      })
      .execute();
    return true;
  });
}

export async function findUpload(db: Database, id: string): Promise<ResumableUploadRow | undefined> {
  return await db.selectFrom('resumable_uploads').selectAll().where('id', '=', id).executeTakeFirst();
}

/** An account's uploads, oldest first. */
export async function listUploads(db: Database, accountId: string): Promise<ResumableUploadRow[]> {
  return await db
    .selectFrom('resumable_uploads')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Uploads that were begun too long ago, and those of accounts that their people have closed. */
export async function listUnwantedUploads(
  db: Database,
  { begunBefore }: { begunBefore: Date },
): Promise<ResumableUploadRow[]> {
  const left = db
    .selectFrom('resumable_uploads')
    .innerJoin('accounts', 'accounts.id', 'resumable_uploads.account_id')
    .selectAll('resumable_uploads')
    .where('accounts.erased_at', 'is not', null);
  return await db
    .selectFrom('resumable_uploads')
    .selectAll()
    .where('created_at', '<', begunBefore)
    .union(left)
    .execute();
}

export async function noteDuration(db: Database, id: string, durationMs: number): Promise<void> {
  await db
    .updateTable('resumable_uploads')
    .set({ probed_duration_ms: durationMs })
    .where('id', '=', id)
    .execute();
}

export async function deleteUpload(db: Database, id: string): Promise<void> {
  await db.deleteFrom('resumable_uploads').where('id', '=', id).execute();
}
