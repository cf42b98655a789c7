import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { DashboardJob, MadeJob } from '@icana/contract/app';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { ask } from '../../../lib/api.ts';
import { sessionQuery } from '../../../session.ts';
import { tell, tellFailure } from '../../../ui/notices.ts';
import { isOpen } from './job-words.ts';

/**
 * What can be done about a job.
 *
 * @param done what else happens once it is deleted, or taken up again as the job of that id
 */
export function useJobActions(
  job: DashboardJob,
  done: { onDeleted?: () => void; onRetried?: (jobId: string) => void } = {},
) {
  const queries = useQueryClient();
  const path = `/app/jobs/${job.id}`;
  const askAgain = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['jobs'] }),
      queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
  };
  const deletion = useMutation({
    mutationFn: () => ask('DELETE', path),
    onError: tellFailure,
    async onSuccess() {
      done.onDeleted?.();
      await askAgain();
    },
  });
  const retrial = useMutation({
    mutationFn: () => ask<MadeJob>('POST', `${path}/retry`),
    onError: tellFailure,
    async onSuccess({ jobId }) {
      done.onRetried?.(jobId);
      await askAgain();
      tell(`“${job.filename}” is transcribed once more.`);
    },
  });

  return {
    retry: () => retrial.mutate(),
    isRetrying: retrial.isPending,
    confirmDeletion: () =>
      modals.openConfirmModal({
        ...(isOpen(job) ? CANCELLING : DELETING),
        children: <Consequence job={job} />,
        confirmProps: { color: 'red' },
        onConfirm: () => deletion.mutate(),
      }),
  };
}

const CANCELLING = {
  title: 'Cancel this transcription?',
  labels: { confirm: 'Cancel it', cancel: 'Let it go on' },
};
const DELETING = {
  title: 'Delete this recording?',
  labels: { confirm: 'Delete', cancel: 'Keep it' },
};

function Consequence({ job }: { job: DashboardJob }) {
  return (
    <Text fz="sm">
      {isOpen(job)
        ? `“${job.filename}” is not transcribed and its recording is deleted. Nothing is charged.`
        : `“${job.filename}” is deleted with its transcript. This cannot be undone.`}
    </Text>
  );
}
