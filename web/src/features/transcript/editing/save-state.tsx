import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconDots } from '@tabler/icons-react';

import { isSaved, type EditState } from './edit-state.ts';
import classes from './save-state.module.css';

/** Whether the service has what is on the page, in a word; where there is little room, in a sign. */
export function SaveState({ state }: { state: EditState }) {
  const [word, Sign] = SIGNS[standingOf(state)];
  return (
    <Text fz="sm" c="dimmed" role="status" className={classes['state']}>
      <Sign size={16} aria-hidden />
      <span className={classes['word']}>{word}</span>
    </Text>
  );
}

const SIGNS = {
  saved: ['Saved', IconCheck],
  saving: ['Saving…', IconDots],
  unsaved: ['Not saved', IconAlertTriangle],
} as const;

function standingOf(state: EditState): keyof typeof SIGNS {
  if (isSaved(state)) return 'saved';
  return state.saving.is === 'due' || state.saving.is === 'under-way' ? 'saving' : 'unsaved';
}

/** What went wrong with keeping the edits, and what the person can do. */
export function SaveTrouble(props: { state: EditState; onRetry: () => void; onCompare: () => void }) {
  const { state, onRetry, onCompare } = props;
  if (isSaved(state)) return null;
  const { saving } = state;
  if (saving.is === 'conflict') {
    return (
      <Trouble text="Not saved: somebody else has changed this transcript since you opened it.">
        <Button size="compact-sm" onClick={onCompare}>
          See what to do
        </Button>
      </Trouble>
    );
  }
  if (saving.is !== 'failed') return null;
  return (
    <Trouble text={`Not saved: ${saving.failure.message}`}>
      <Button size="compact-sm" onClick={onRetry}>
        Try again
      </Button>
      {saving.failure.isSessionLost && (
        <Anchor href="/login" target="_blank" fz="sm">
          Log in, in another tab
        </Anchor>
      )}
    </Trouble>
  );
}

function Trouble({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <Alert color="red" variant="light" p="xs" mt="xs" role="alert" icon={<IconAlertTriangle aria-hidden />}>
      <Group gap="sm">
        <Text fz="sm">{text}</Text>
        {children}
      </Group>
    </Alert>
  );
}
