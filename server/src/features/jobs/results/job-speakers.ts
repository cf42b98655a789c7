import type { Job, SpeakerCount } from '@icana/contract';

import type { Database } from '../../../infra/database/schema.ts';
import { refusal } from '../../../infra/http/api-error.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Transcripts } from '../../transcripts/transcripts.service.ts';
import { toJob } from '../jobs.rules.ts';
import { updateJobIf } from '../jobs.store.ts';
import { requireCompleted, type WantedJob } from '../owned-jobs.ts';

export type JobSpeakers = ReturnType<typeof createJobSpeakers>;

/** The speakers of completed jobs, counted anew by owners who know better how many there are. */
export function createJobSpeakers(parts: { database: Database; clock: Clock; transcripts: Transcripts }) {
  const { database, clock, transcripts } = parts;
  return {
    /**
     * Tells the speakers of a job apart anew and keeps what comes of it instead of what was. Words and evidence never
     * change, so all is worked out before the transaction: of two at once the later one stays, whole.
     *
     * @returns the job as this request made it, with its speakers and segments
     * @throws ApiError 404 when there is no such job of this account, 400 when it is not completed or nothing was kept
     *   to tell its voices apart by
     */
    async recount({ count, min, max, ...wanted }: WantedJob & SpeakerCount): Promise<Job> {
      const { id } = await requireCompleted(database, wanted);
      const hint = { numSpeakers: count, minSpeakers: min, maxSpeakers: max };
      const transcript = await transcripts.recount(id, hint);
      if (!transcript) throw refusal('jobs.not_found');
      const asked = { num_speakers: count ?? null, min_speakers: min ?? null, max_speakers: max ?? null };
      const job = await database.transaction().execute(async (trx) => {
        const changed = await updateJobIf(trx, { id, status: ['completed'] }, asked);
        // Deleted since we looked.
        if (!changed || changed.erased_at) throw refusal('jobs.not_found');
        await transcripts.replace(trx, id, transcript);
        return changed;
      });
      return toJob(job, transcript, { expand: ['segments', 'speakers'], now: clock.now(), outlook: null });
    },
  };
}
