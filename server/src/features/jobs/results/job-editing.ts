import type { SpeakerCount } from '@icana/contract';
import type { EditableTranscript, LatestEdits, Levels, SavedEdits, SaveEdits } from '@icana/contract/app';
import { SECONDS_PER_LEVEL } from '@icana/engine';

import type { Database } from '../../../infra/database/schema.ts';
import { refusal } from '../../../infra/http/api-error.ts';
import type { Transcripts } from '../../transcripts/transcripts.service.ts';
import type { JobSpeakers } from './job-speakers.ts';
import { requireCompleted, type WantedJob } from '../owned-jobs.ts';

export type JobEditing = ReturnType<typeof createJobEditing>;

/** Transcripts in the hands of their owners. Every call throws ApiError 404 or 400 as `requireCompleted` does. */
export function createJobEditing(parts: {
  database: Database;
  transcripts: Transcripts;
  jobSpeakers: JobSpeakers;
}) {
  const { database, transcripts, jobSpeakers } = parts;

  async function open(wanted: WantedJob): Promise<EditableTranscript> {
    const { id } = await requireCompleted(database, wanted);
    return orGone(await transcripts.findEditable(id));
  }

  return {
    open,

    async latest(wanted: WantedJob): Promise<LatestEdits> {
      const { id } = await requireCompleted(database, wanted);
      return { revision: await transcripts.latestRevision(id) };
    },

    /** @throws ApiError 400 when there are edits that these were not made from */
    async save({
      revision,
      overlay,
      personId,
      ...wanted
    }: WantedJob & SaveEdits & { personId: string }): Promise<SavedEdits> {
      const { id: jobId } = await requireCompleted(database, wanted);
      return { revision: await transcripts.edit({ jobId, revision, overlay, personId }) };
    },

    /**
     * Counts the speakers anew. Texts that were edited and words that were restored stay; names and words that were
     * given to others do not, for nobody knows whose they would be among other speakers.
     * @throws ApiError 400 when nothing was kept to tell the voices apart by
     */
    async recount(wanted: WantedJob & SpeakerCount): Promise<EditableTranscript> {
      await jobSpeakers.recount(wanted);
      return await open(wanted);
    },

    async levels(wanted: WantedJob): Promise<Levels> {
      const { id } = await requireCompleted(database, wanted);
      return { secondsPerLevel: SECONDS_PER_LEVEL, levels: orGone(await transcripts.levels(id)) };
    },
  };
}

/** What is not there was deleted since we looked. */
function orGone<Found>(found: Found | undefined): Found {
  if (found === undefined) throw refusal('jobs.not_found');
  return found;
}
