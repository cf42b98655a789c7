import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';

import { isSaved, type EditState } from './edit-state.ts';

/** Whether the service has what is on the page, in a word. */
export function SaveState({ state }: { state: EditState }) {
  const text = textOf(state);
  return (
    <Text fz="sm" c="dimmed" role="status" style={{ whiteSpace: 'nowrap' }}>
      {text === 'Saved' && (
        <IconCheck size={14} aria-hidden style={{ verticalAlign: '-2px', marginRight: 4 }} />
      )}
      {text}
    </Text>
  );
}

function textOf(state: EditState): string {
  if (isSaved(state)) return 'Saved';
  return state.saving.is === 'due' || state.saving.is === 'under-way' ? 'Saving…' : 'Not saved';
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
