import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';

import { ApiError } from '../../lib/api.ts';
import { MissingPage, PendingPage } from '../../ui/page-states.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { FailedJob } from './failed-job.tsx';
import { transcriptQuery } from './transcript-queries.ts';
import { TranscriptView } from './transcript-view.tsx';
import { UnfinishedJob } from './unfinished-job.tsx';
import { useJob } from './use-job.ts';

/** One recording: how far it is, or why it failed, or its transcript. */
export function TranscriptPage() {
  const { id } = useParams({ from: '/inside/jobs/$id' });
  return <OneJob key={id} jobId={id} />;
}

function OneJob({ jobId }: { jobId: string }) {
  const { t: startSeconds = 0 } = useSearch({ from: '/inside/jobs/$id' });
  const { data: job, error, refetch } = useJob(jobId);
  const isCompleted = job?.status === 'completed';
  const transcript = useQuery({ ...transcriptQuery(jobId), enabled: isCompleted });
  if (job && !isCompleted) {
    return job.status === 'failed' ? <FailedJob job={job} /> : <UnfinishedJob job={job} />;
  }
  if (job && transcript.data) {
    return <TranscriptView job={job} loaded={transcript.data} startSeconds={startSeconds} />;
  }
  const problem = error ?? transcript.error;
  if (problem instanceof ApiError && problem.status === 404) return <MissingPage />;
  if (problem)
    return <Unloaded error={problem} onRetry={() => void (job ? transcript : { refetch }).refetch()} />;
  return <PendingPage />;
}

function Unloaded({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Stack align="flex-start">
      <Refusal error={error} />
      <Button onClick={onRetry}>Try again</Button>
    </Stack>
  );
}
