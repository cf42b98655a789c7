import type { OperatedJob } from '@icana/contract/app';
import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconTrash } from '@tabler/icons-react';

import { useOperatorAction, type WantedAction } from '../use-operator-action.ts';

interface Question {
  readonly title: string;
  readonly consequence: string;
  readonly confirm: string;
  readonly isHarmless?: boolean;
  readonly action: WantedAction;
}

/** What an operator can do about a job: after a question that says whose it is. */
export function JobActions({ job }: { job: OperatedJob }) {
  const action = useOperatorAction();
  const ask = ({ title, consequence, confirm, isHarmless, action: wanted }: Question) =>
    modals.openConfirmModal({
      title,
      children: (
        <Text fz="sm">
          “{job.filename}” of {job.email}: {consequence}
        </Text>
      ),
      labels: { confirm, cancel: 'Leave it' },
      confirmProps: isHarmless ? {} : { color: 'red' },
      onConfirm: () => action.mutate(wanted),
    });
  const isOpen = job.progress !== null;
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {job.canRetry && (
        <Button
          size="compact-sm"
          variant="light"
          loading={action.isPending}
          onClick={() => ask(retrial(job))}
        >
          Try again…
        </Button>
      )}
      {isOpen ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={action.isPending}
          onClick={() => ask(cancellation(job))}
        >
          Cancel…
        </Button>
      ) : (
        <Tooltip label="Delete">
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={action.isPending}
            onClick={() => ask(deletion(job))}
            aria-label={`Delete ${job.filename} of ${job.email}`}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

const retrial = ({ id, filename }: OperatedJob): Question => ({
  title: 'Try this job again?',
  consequence:
    'its recording is transcribed once more, as a new job, which the account pays for when it is done.',
  confirm: 'Try it again',
  isHarmless: true,
  action: { path: `jobs/${id}/retry`, done: `“${filename}” is transcribed once more.` },
});

const cancellation = ({ id, filename }: OperatedJob): Question => ({
  title: 'Cancel this job?',
  consequence:
    'it fails, with the reason that the operator has cancelled it. Nothing is charged, and its owner can try again.',
  confirm: 'Cancel it',
  action: { path: `jobs/${id}/cancel`, done: `“${filename}” is cancelled.` },
});

const deletion = ({ id, filename }: OperatedJob): Question => ({
  title: 'Delete this job?',
  consequence:
    'its recording and its transcript are erased for good. What it cost is not given back by that.',
  confirm: 'Delete it',
  action: { method: 'DELETE', path: `jobs/${id}`, done: `“${filename}” is deleted.` },
});
