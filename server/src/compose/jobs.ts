import type { Settings } from '../config/load-settings.ts';
import type { Credits } from '../features/credits/credits.service.ts';
import { createDashboardJobs } from '../features/jobs/dashboard-jobs.ts';
import { createDeletions } from '../features/jobs/deletions.ts';
import { createJobChunks } from '../features/jobs/work/job-chunks.ts';
import { createJobEditing } from '../features/jobs/results/job-editing.ts';
import { createJobFeed } from '../features/jobs/waiting/job-feed.ts';
import { createJobFiles } from '../features/jobs/results/job-files.ts';
import { createJobLifecycle } from '../features/jobs/job-lifecycle.ts';
import { createJobSpeakers } from '../features/jobs/results/job-speakers.ts';
import { createJobSubmissions } from '../features/jobs/job-submissions.ts';
import { createJobWaiting } from '../features/jobs/waiting/job-waiting.ts';
import { createJobWatch } from '../features/jobs/waiting/job-watch.ts';
import { createJobs } from '../features/jobs/jobs.service.ts';
import { createOutlooks } from '../features/jobs/work/outlooks.ts';
import { createRefunds } from '../features/jobs/refunds.ts';
import { createResubmissions } from '../features/jobs/resubmissions.ts';
import { countingEnds } from '../features/metrics/counted-ends.ts';
import type { Metrics } from '../features/metrics/metrics.service.ts';
import { createOpenAiTranscriptions } from '../features/openai/openai.service.ts';
import { createDocuments } from '../features/transcripts/documents.ts';
import { createRecounting } from '../features/transcripts/recounting.ts';
import { createTranscripts } from '../features/transcripts/transcripts.service.ts';
import { createDeliverHandler } from '../features/webhooks/deliver-handler.ts';
import { createWebhooks } from '../features/webhooks/webhooks.service.ts';
import { createOutgoingRequests } from '../infra/http/outgoing/outgoing-requests.ts';
import { systemClock } from '../lib/clock.ts';
import type { Foundations } from './foundations.ts';

/** Jobs and their transcripts: how they come and end, who hears of it, and what their owners can do with them. */
export function composeJobs(
  { database: { db: database }, queue, listen, storage, log }: Foundations,
  { settings, credits, metrics }: { settings: Settings; credits: Credits; metrics: Metrics },
) {
  const { engineProcesses, webhookAllowPrivate: allowPrivate } = settings;
  const clock = systemClock;

  const transcripts = createTranscripts({
    database,
    clock,
    recount: createRecounting(),
    writeDocument: createDocuments(),
  });
  const outgoing = createOutgoingRequests({ allowPrivate });
  const webhooks = createWebhooks({ database, clock, queue, outgoing });
  const submissions = createJobSubmissions({ database, clock, credits, queue, storage, log });
  const lifecycle = countingEnds(
    createJobLifecycle({ database, clock, credits, transcripts, queue, webhooks }),
    metrics,
  );
  const chunks = createJobChunks({ database, clock, lifecycle, queue, storage, log });

  const onOutlookError = (err: Error) => log.warn({ err }, 'how long work takes was not noted');
  const outlooks = createOutlooks({ database, clock, engineProcesses, onError: onOutlookError });
  const onWatchError = (err: Error) => log.error({ err }, 'jobs that are waited for could not be read');
  const jobWatch = createJobWatch({ database, listen, onError: onWatchError });
  const jobWaiting = createJobWaiting({ database, clock, watch: jobWatch, outlooks });
  const jobs = createJobs({ database, clock, transcripts, outlooks });
  const dashboardJobs = createDashboardJobs({ database, clock, outlooks });
  const jobSpeakers = createJobSpeakers({ database, clock, transcripts });

  return {
    submissions,
    lifecycle,
    chunks,
    outlooks,
    jobs,
    jobWatch,
    jobWaiting,
    dashboardJobs,
    jobFeed: createJobFeed({ database, watch: jobWatch, dashboardJobs, onError: onWatchError }),
    jobFiles: createJobFiles({ database, transcripts, storage }),
    jobSpeakers,
    jobEditing: createJobEditing({ database, transcripts, jobSpeakers }),
    deletions: createDeletions({ database, clock, lifecycle, transcripts, chunks, storage, log }),
    resubmissions: createResubmissions({ database, submissions, credits, storage }),
    refunds: createRefunds({ database, credits }),
    webhooks,
    deliverHandler: createDeliverHandler({
      database,
      clock,
      outgoing,
      jobs,
      log,
      onTry: metrics.webhookTried,
    }),
    openAi: createOpenAiTranscriptions({
      jobs,
      jobWaiting,
      transcripts,
      lifecycle,
      longestMs: settings.openAiSeconds * 1000,
      log,
    }),
  };
}
