import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

import { isSaved } from './edit-state.ts';
import type { Editing } from './use-editing.ts';

/** Nobody waits longer than that for a page to go, without a word. */
const PATIENCE_MS = 10_000;

/** Keeps what is not kept yet when the page is left, and asks before something would be lost. */
export function LeaveGuard({ editing }: { editing: Editing }) {
  const { openText, flush, latest, abandon } = editing;
  const blocker = useBlocker({
    shouldBlockFn: async () => {
      const tooLong = new Promise<false>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS));
      return !(await Promise.race([flush(), tooLong]));
    },
    enableBeforeUnload: () => {
      openText.take?.();
      return !isSaved(latest());
    },
    withResolver: true,
  });
  const leave = () => {
    abandon();
    blocker.proceed?.();
  };
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
    >
      <Stack>
        <Text>Your last changes are not saved. If you leave now, they are lost.</Text>
        <Group justify="flex-end">
          <Button variant="default" color="red" onClick={leave}>
            Leave without saving
          </Button>
          <Button onClick={() => blocker.reset?.()} data-autofocus>
            Stay
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
