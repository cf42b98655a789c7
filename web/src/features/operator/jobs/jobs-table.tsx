import type { OperatedJob } from '@icana/contract/app';
import { Badge, Progress, Text } from '@mantine/core';

import { formatDuration, formatMoney, formatTime } from '../../../lib/format.ts';
import { PageLink } from '../../../ui/page-link.tsx';
import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { formatAge } from '../ages.ts';
import { JobActions } from './job-actions.tsx';

const STATES = {
  uploading: { color: 'gray', words: 'Arriving' },
  pending: { color: 'gray', words: 'In the queue' },
  processing: { color: 'blue', words: 'Transcribing' },
  completed: { color: 'brand', words: 'Done' },
  failed: { color: 'red', words: 'Failed' },
};

const WHAT: Column<OperatedJob> = {
  heading: 'Recording',
  cell: (job) => (
    <>
      <Text component="span" fz="sm" fw={600}>
        {job.filename}
      </Text>
      {job.errorMessage && (
        <Text fz="sm" c="dimmed">
          {job.errorMessage}
        </Text>
      )}
    </>
  ),
};

const WHAT_AND_WHOSE: Column<OperatedJob> = {
  heading: 'Recording',
  cell: (job) => (
    <>
      {WHAT.cell(job)}
      <PageLink to="/admin/accounts/$id" params={{ id: job.accountId }} display="block" fz="sm">
        {job.email}
      </PageLink>
    </>
  ),
};

const REST: readonly Column<OperatedJob>[] = [
  { heading: 'State', cell: (job) => <JobState job={job} /> },
  {
    heading: 'Length',
    kind: 'number',
    cell: ({ durationSeconds }) => (durationSeconds === null ? '–' : formatDuration(durationSeconds)),
  },
  {
    heading: 'Cost',
    kind: 'number',
    cell: ({ chargedMicroAud, heldMicroAud }) =>
      chargedMicroAud === null ? (
        <>
          {formatMoney(heldMicroAud)}{' '}
          <Text component="span" fz="xs" c="dimmed">
            held
          </Text>
        </>
      ) : (
        formatMoney(chargedMicroAud)
      ),
  },
  {
    heading: 'Since',
    kind: 'time',
    cell: ({ createdAt }) => <time dateTime={createdAt}>{formatTime(createdAt)}</time>,
  },
  { heading: 'Do', kind: 'actions', cell: (job) => <JobActions job={job} /> },
];

/** Jobs as operators see them: by the names of their files. */
export function JobsTable({
  jobs,
  withAccounts = false,
}: {
  jobs: readonly OperatedJob[];
  withAccounts?: boolean;
}) {
  const columns = [withAccounts ? WHAT_AND_WHOSE : WHAT, ...REST];
  return <RowsTable label="Jobs" columns={columns} rows={jobs} keyOf={({ id }) => id} />;
}

function JobState({ job }: { job: OperatedJob }) {
  const { status, progress, attempts, createdAt, filename } = job;
  const { color, words } = STATES[status];
  return (
    <>
      <Badge color={color} variant="light" tt="none">
        {words}
      </Badge>
      {progress && (
        <Text fz="xs" c="dimmed">
          for {formatAge(createdAt)}
          {attempts > 1 && `, attempt ${attempts}`}
        </Text>
      )}
      {status === 'processing' && (
        <Progress
          value={100 * (progress?.fraction ?? 0)}
          size="sm"
          w={110}
          aria-label={`Progress of ${filename}`}
        />
      )}
    </>
  );
}
