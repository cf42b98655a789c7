import type { Model } from '@icana/contract/app';
import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';

import { formatBytes } from '../../../lib/format.ts';
import { useOperatorAction } from '../use-operator-action.ts';

/** Removes a model from the machine, after a question. */
export function RemoveButton({ model: { id, bytes } }: { model: Model }) {
  const action = useOperatorAction();
  const ask = () =>
    modals.openConfirmModal({
      title: `Remove ${id}?`,
      children: (
        <Text fz="sm">
          Its {formatBytes(bytes)} are deleted from this machine. What only it can do is refused from then on,
          until it is fetched again.
        </Text>
      ),
      labels: { confirm: 'Remove it', cancel: 'Leave it' },
      confirmProps: { color: 'red' },
      onConfirm: () =>
        action.mutate({
          method: 'DELETE',
          path: `models/${encodeURIComponent(id)}`,
          done: `${id} is removed.`,
        }),
    });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={action.isPending}
      onClick={ask}
      aria-label={`Remove the model ${id}`}
    >
      Remove…
    </Button>
  );
}
