import type { DashboardJob } from '@icana/contract/app';
import { Button, Card, Group, Progress, Stack, Text } from '@mantine/core';

import { useNavigate } from '@tanstack/react-router';

import { formatWait } from '../../lib/format.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { useJobActions } from '../jobs/list/use-job-actions.tsx';
import { JobFacts } from './job-facts.tsx';

const STAGES: Readonly<Record<string, string>> = {
  uploading: 'Your recording is being uploaded.',
  pending: 'Your recording waits for its turn.',
  processing: 'Your recording is being transcribed.',
};

/** How far a recording is. Its transcript comes in place of this by itself. */
export function UnfinishedJob({ job }: { job: DashboardJob }) {
  const { filename, status, progress } = job;
  const navigate = useNavigate();
  const { confirmDeletion } = useJobActions(job, { onDeleted: () => void navigate({ to: '/' }) });
  const percent = Math.floor((progress?.fraction ?? 0) * 100);
  return (
    <>
      <PageTitle title={filename} note={<JobFacts job={job} />}>
        <Button variant="default" onClick={confirmDeletion}>
          Cancel…
        </Button>
      </PageTitle>
      <Card withBorder maw={560}>
        <Stack gap="sm">
          <Text fw={600} role="status">
            {STAGES[status]}
          </Text>
          <Progress value={percent} animated aria-label="Progress" size="lg" />
          <Group justify="space-between">
            <Text fz="sm">{percent} %</Text>
            {typeof progress?.etaSeconds === 'number' && (
              <Text fz="sm">Ready in {formatWait(progress.etaSeconds)}, about</Text>
            )}
          </Group>
          <Text fz="sm" c="dimmed">
            The transcript will be shown here. You can close this page: the work goes on.
          </Text>
        </Stack>
      </Card>
    </>
  );
}
