import type { SpeakerCount } from '@icana/contract';
import type { Overlay } from '@icana/contract/edits';
import { Button, Group, Modal, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { ApiError, ask, LONG_PATIENCE_MS } from '../../../lib/api.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import type { KeptTranscript } from '../editing/edit-state.ts';
import type { Editing } from '../editing/use-editing.ts';
import { jobPath, loadTranscript } from '../transcript-queries.ts';

const UNSAVED = { status: 0, code: '', message: 'Your last changes are not saved yet: save them first.' };
/** As many as recordings can be submitted with. */
const COUNTS = Array.from({ length: 32 }, (_, index) => String(index + 1));

interface Props {
  readonly jobId: string;
  readonly opened: boolean;
  readonly editing: Editing;
  readonly canRecount: boolean;
  readonly onClose: () => void;
}

/**
 * Has the voices told apart anew, for somebody who knows better how many there are. It stays open until that is done:
 * what was edited meanwhile would give way to the answer.
 */
export function RecountDialog({ jobId, opened, editing, canRecount, onClose }: Props) {
  const queries = useQueryClient();
  const mutationKey = ['recount', jobId];
  const recount = useMutation({
    mutationKey,
    mutationFn: async (body: SpeakerCount) => {
      // The text as it was corrected last is part of what stays.
      if (!(await editing.flush())) throw new ApiError(UNSAVED);
      await ask('POST', jobPath(jobId, '/speakers'), { body, patienceMs: LONG_PATIENCE_MS });
      return await loadTranscript(jobId);
    },
    onSuccess: (transcript) => {
      editing.take(transcript);
      onClose();
    },
  });
  const close = () => {
    // What is shown is later than what is, by as much as drawing takes.
    if (queries.isMutating({ mutationKey }) > 0) return;
    recount.reset();
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      withCloseButton={!recount.isPending}
      title="Change the number of speakers"
    >
      {canRecount ? (
        <RecountForm editing={editing} recount={recount} onCancel={close} />
      ) : (
        <Text>
          The voices of this recording were not kept, so they cannot be told apart anew. You can merge
          speakers, and give passages to others one by one.
        </Text>
      )}
    </Modal>
  );
}

interface FormProps {
  readonly editing: Editing;
  readonly recount: UseMutationResult<KeptTranscript, Error, SpeakerCount>;
  readonly onCancel: () => void;
}

function RecountForm({ editing, recount, onCancel }: FormProps) {
  const [isExact, setExact] = useState(true);
  const [count, setCount] = useState(editing.speakers.length || 2);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recount.mutate(isExact ? { count } : {});
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Radio.Group
          label="How many people speak?"
          value={isExact ? 'exact' : 'any'}
          onChange={(value) => setExact(value === 'exact')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="exact" label="Exactly" />
            <NativeSelect
              aria-label="Number of speakers"
              ml={32}
              maw={100}
              data={COUNTS}
              disabled={!isExact}
              value={count}
              onChange={({ currentTarget }) => setCount(Number(currentTarget.value))}
            />
            <Radio value="any" label="I don’t know: find out" />
          </Stack>
        </Radio.Group>
        <Text fz="sm">{lossOf(editing.state.overlay)}</Text>
        <Refusal error={recount.error} />
        <Group justify="flex-end">
          <Button variant="default" disabled={recount.isPending} onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={recount.isPending}>
            Tell the voices apart anew
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What it costs, in words. */
function lossOf({ names, voices }: Overlay): string {
  const lost = [
    ...(Object.keys(names).length > 0 ? ['the names of the speakers'] : []),
    ...(voices.length > 0 ? ['what you merged or gave to other speakers'] : []),
  ];
  if (lost.length === 0) return 'Who says what will be worked out anew. The text stays as it is.';
  return `You will lose ${lost.join(' and ')}: this cannot be undone. The text stays as you corrected it.`;
}
