import { sql } from 'kysely';

import type { Database, Schema } from '../../../infra/database/schema.ts';
import type { Outlook } from './outlooks.ts';

/** What is measured over so much audio counts as much as all that was measured before. */
const HALF_SECONDS = 600;
/** Prepare, recognise, speakers: a cost without one of them is none. */
const STAGES = 3;

/** Lets a measure count in the average of its stage, the more, the more audio it is of. */
export async function averageCost(
  db: Database,
  measure: {
    stage: Schema['work_costs']['stage'];
    audioSeconds: number;
    secondsPerAudioSecond: number;
    at: Date;
  },
): Promise<void> {
  const { stage, audioSeconds, secondsPerAudioSecond, at } = measure;
  const weight = audioSeconds / (audioSeconds + HALF_SECONDS);
  await sql`
    insert into work_costs as known (stage, seconds_per_audio_second, measured_at)
    values (${stage}, ${secondsPerAudioSecond}, ${at})
    on conflict (stage) do update set
      seconds_per_audio_second = known.seconds_per_audio_second
        + (excluded.seconds_per_audio_second - known.seconds_per_audio_second) * ${weight}::real,
      measured_at = excluded.measured_at`.execute(db);
}

/**
 * What is ahead of each of the jobs: of every other open job the audio that is due before this one is, as far as that
 * has not been done. Where two long ones share the workers, that is a part of each.
 */
export async function readOutlooks(db: Database, jobIds: readonly string[]): Promise<Map<string, Outlook>> {
  const { rows } = await sql<Outlook & { id: string }>`
    with cost as (
      select case when count(*) = ${STAGES} then sum(seconds_per_audio_second) end as seconds from work_costs
    )
    select mine.id, (select seconds from cost) as "secondsPerAudioSecond",
      coalesce(sum(greatest(0,
        least(other.probed_duration_ms, other.probed_duration_ms + 1000 * extract(epoch from mine.due_at - other.due_at))
          - other.probed_duration_ms * coalesce(other.progress_fraction, 0))), 0)::double precision as "aheadMs"
    from jobs as mine
    left join jobs as other on other.status in ('pending', 'processing') and other.id <> mine.id
    where mine.id = any(${jobIds}::uuid[])
    group by mine.id`.execute(db);
  return new Map(rows.map(({ id, ...outlook }) => [id, outlook]));
}
