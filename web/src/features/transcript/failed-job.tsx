import type { DashboardJob } from '@icana/contract/app';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';

import { PageTitle } from '../../ui/page-title.tsx';
import { useJobActions } from '../jobs/list/use-job-actions.tsx';
import { JobFacts } from './job-facts.tsx';

/** Why there is no transcript, and what can be done about it. */
export function FailedJob({ job }: { job: DashboardJob }) {
  const navigate = useNavigate();
  const { confirmDeletion, retry, isRetrying } = useJobActions(job, {
    onDeleted: () => void navigate({ to: '/' }),
    onRetried: (id) => void navigate({ to: '/jobs/$id', params: { id } }),
  });
  return (
    <>
      <PageTitle title={job.filename} note={<JobFacts job={job} />}>
        <Button variant="default" color="red" onClick={confirmDeletion}>
          Delete…
        </Button>
      </PageTitle>
      <Stack maw={640} align="flex-start">
        <Alert
          color="red"
          title="This recording could not be transcribed"
          icon={<IconAlertCircle aria-hidden />}
        >
          {job.errorMessage}
        </Alert>
        <Text>Nothing was charged for it.</Text>
        <Group>
          {job.canRetry && (
            <Button loading={isRetrying} onClick={retry}>
              Try again
            </Button>
          )}
          <Button component={Link} to="/" variant={job.canRetry ? 'default' : 'filled'}>
            Upload another recording
          </Button>
        </Group>
      </Stack>
    </>
  );
}
