import { EDIT_LIMITS, type EditedSpeaker } from '@icana/contract/edits';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';

interface Props {
  /** Whose name is to change; null while nobody's is. */
  readonly speaker: EditedSpeaker | null;
  readonly onRename: (speaker: number, name: string) => void;
  readonly onClose: () => void;
}

/** Asks what a speaker is called. */
export function RenameDialog({ speaker, onRename, onClose }: Props) {
  return (
    <Modal opened={speaker !== null} onClose={onClose} title={speaker && `Who is ${speaker.label}?`}>
      {speaker && (
        <RenameForm
          speaker={speaker}
          onCancel={onClose}
          onRename={(name) => {
            onRename(speaker.speaker, name);
            onClose();
          }}
        />
      )}
    </Modal>
  );
}

function RenameForm(props: {
  speaker: EditedSpeaker;
  onRename: (name: string) => void;
  onCancel: () => void;
}) {
  const { speaker, onRename, onCancel } = props;
  const number = `Speaker ${speaker.speaker}`;
  const [name, setName] = useState(speaker.label === number ? '' : speaker.label);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRename(name);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description={`Everywhere in this transcript. Without a name it is ${number} again.`}
          data-autofocus
          maxLength={EDIT_LIMITS.nameLength}
          placeholder={number}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit">Rename</Button>
        </Group>
      </Stack>
    </form>
  );
}
