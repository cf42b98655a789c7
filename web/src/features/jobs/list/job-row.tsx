import { ActionIcon, Anchor, Badge, Button, Progress, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { DashboardJob } from '@icana/contract/app';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { formatDuration, formatTime } from '../../../lib/format.ts';
import classes from './job-row.module.css';
import { costWords, isOpen, progressWords, stateWords } from './job-words.ts';
import { useJobActions } from './use-job-actions.tsx';

const COLORS = { uploading: 'gray', pending: 'gray', processing: 'blue', completed: 'brand', failed: 'red' };

/** A job in the list: what it is, how far it is, what it cost and what can be done. */
export function JobRow({ job }: { job: DashboardJob }) {
  return (
    <li className={classes['row']}>
      <div className={classes['name']}>
        <Anchor component={Link} to={`/jobs/${job.id}`} fw={600} c="inherit">
          {job.filename}
        </Anchor>
        <JobState job={job} />
      </div>
      <Text fz="sm">{job.durationSeconds === null ? '' : formatDuration(job.durationSeconds)}</Text>
      <Text fz="sm">{costWords(job)}</Text>
      <Text fz="sm" c="dimmed">
        <time dateTime={job.createdAt}>{formatTime(job.createdAt)}</time>
      </Text>
      <JobActions job={job} />
    </li>
  );
}

function JobState({ job }: { job: DashboardJob }) {
  const passedSeconds = useSecondsSince(job);
  const words = progressWords(job, passedSeconds);
  return (
    <div>
      <Badge color={COLORS[job.status]} variant="light" tt="none" mr="xs">
        {stateWords(job)}
      </Badge>
      {words && (
        <Text component="span" fz="sm" c="dimmed">
          {words}
        </Text>
      )}
      {job.errorMessage && (
        <Text fz="sm" mt={4}>
          {job.errorMessage}
        </Text>
      )}
      {job.status === 'processing' && (
        <Progress
          value={100 * (job.progress?.fraction ?? 0)}
          aria-label={`Transcription of ${job.filename}`}
          size="sm"
          mt={6}
          maw={420}
        />
      )}
    </div>
  );
}

const TICK_SECONDS = 5;

/** How long ago the picture of an open job came. */
function useSecondsSince(job: DashboardJob): number {
  const [since, setSince] = useState({ job, seconds: 0 });
  const isRunning = isOpen(job);
  useEffect(() => {
    if (!isRunning) return undefined;
    const came = Date.now();
    setSince({ job, seconds: 0 });
    const tick = () => setSince({ job, seconds: Math.round((Date.now() - came) / 1000) });
    const timer = setInterval(tick, 1000 * TICK_SECONDS);
    return () => clearInterval(timer);
  }, [job, isRunning]);
  return since.job === job ? since.seconds : 0;
}

function JobActions({ job }: { job: DashboardJob }) {
  const { confirmDeletion, retry, isRetrying } = useJobActions(job);
  return (
    <div className={classes['actions']}>
      {job.status === 'completed' && (
        <Button
          component={Link}
          to={`/jobs/${job.id}`}
          size="xs"
          variant="light"
          aria-label={`Open ${job.filename}`}
        >
          Open
        </Button>
      )}
      {job.canRetry && (
        <Button
          size="xs"
          variant="light"
          onClick={retry}
          loading={isRetrying}
          aria-label={`Try again: ${job.filename}`}
        >
          Try again
        </Button>
      )}
      {isOpen(job) ? (
        <Button
          size="xs"
          variant="default"
          onClick={confirmDeletion}
          aria-label={`Cancel the transcription of ${job.filename}`}
        >
          Cancel
        </Button>
      ) : (
        <Tooltip label="Delete">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            onClick={confirmDeletion}
            aria-label={`Delete ${job.filename}`}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
