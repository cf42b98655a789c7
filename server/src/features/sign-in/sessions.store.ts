import type { Database } from '../../infra/database/schema.ts';

export interface SessionRow {
  readonly id: string;
  readonly token: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly created_at: Date;
}

/** The sessions of a person that have not expired, the latest first. */
export async function listSessions(db: Database, of: { personId: string; now: Date }): Promise<SessionRow[]> {
  return await db
    .selectFrom('sessions')
    .select(['id', 'token', 'ip_address', 'user_agent', 'created_at'])
    .where('person_id', '=', of.personId)
    .where('expires_at', '>', of.now)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute();
}

/** Ends a session of a person, if there is such a one. */
export async function deleteSession(db: Database, of: { personId: string; id: string }): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', of.id).where('person_id', '=', of.personId).execute();
}
