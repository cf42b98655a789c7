import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';

import { copyAndTell } from '../../../ui/copying.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { loadTranscript } from '../transcript-queries.ts';
import { ownChanges } from './own-changes.ts';
import type { Editing } from './use-editing.ts';

interface Props {
  readonly jobId: string;
  readonly editing: Editing;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Two have changed one transcript: this one sees what he would lose, can copy it, and takes the other's version. */
export function ConflictDialog({ opened, onClose, ...rest }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title="Somebody else has changed this transcript">
      <Conflict {...rest} onClose={onClose} />
    </Modal>
  );
}

function Conflict({ jobId, editing, onClose }: Omit<Props, 'opened'>) {
  const { kept, overlay } = editing.state;
  const changes = useMemo(
    () => ownChanges(kept.original, { before: kept.overlay, after: overlay }).join('\n'),
    [kept, overlay],
  );
  const takeTheirs = useMutation({
    mutationFn: () => loadTranscript(jobId),
    onSuccess: (transcript) => {
      editing.take(transcript);
      onClose();
    },
  });
  return (
    <Stack>
      <Text>
        It was saved elsewhere after you opened it, perhaps by you in another window. Go on with that version,
        and make your last changes there again: copy them first.
      </Text>
      <Textarea
        label="Your changes that are not saved"
        readOnly
        autosize
        minRows={3}
        maxRows={12}
        value={changes === '' ? 'You only moved or took out words.' : changes}
      />
      <Refusal error={takeTheirs.error} />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={changes === ''}
          onClick={() => void copyAndTell(changes, 'Your changes were copied.')}
        >
          Copy my changes
        </Button>
        <Button loading={takeTheirs.isPending} onClick={() => takeTheirs.mutate()}>
          Take the other version
        </Button>
      </Group>
    </Stack>
  );
}
