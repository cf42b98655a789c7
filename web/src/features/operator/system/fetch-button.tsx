import type { Model } from '@icana/contract/app';
import { Anchor, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';

import { formatBytes } from '../../../lib/format.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { useOperatorAction } from '../use-operator-action.ts';

/** Fetches a model, after saying how much that is and under which licence it comes. */
export function FetchButton({ model, isDisabled }: { model: Model; isDisabled: boolean }) {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button
        size="compact-sm"
        variant="light"
        disabled={isDisabled}
        onClick={open}
        aria-label={`Fetch the model ${model.id}`}
      >
        Fetch…
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Fetch ${model.id}?`}>
        <FetchForm model={model} onDone={close} />
      </Modal>
    </>
  );
}

function FetchForm({ model, onDone }: { model: Model; onDone: () => void }) {
  const { id, licence, terms, downloadBytes } = model;
  const [isAccepted, setAccepted] = useState(false);
  const action = useOperatorAction({ onFailure: () => undefined });
  const start = () =>
    action.mutate(
      {
        path: `models/${encodeURIComponent(id)}/fetch`,
        body: { acceptLicence: isAccepted },
        done: `${id} is being fetched.`,
      },
      { onSuccess: onDone },
    );
  return (
    <Stack>
      <Text fz="sm">
        {formatBytes(downloadBytes)} are fetched from where it is published. Its licence is the {licence}
        {terms ? `: it may be used for ${terms.summary}.` : ', which is an open one.'}
      </Text>
      {terms && (
        <>
          <Anchor href={terms.url} target="_blank" rel="noreferrer" fz="sm">
            Read the licence (opens {new URL(terms.url).host})
          </Anchor>
          <Checkbox
            label={`I have read the ${licence} and accept it for this service.`}
            checked={isAccepted}
            onChange={(event) => setAccepted(event.currentTarget.checked)}
          />
        </>
      )}
      <Refusal error={action.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button onClick={start} loading={action.isPending} disabled={terms !== null && !isAccepted}>
          Fetch it
        </Button>
      </Group>
    </Stack>
  );
}
