import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';

import { messageOf } from '../lib/api.ts';

/** What the service said no to, where it was asked; nothing when there is no error. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle aria-hidden />} role="alert">
      {messageOf(error)}
    </Alert>
  );
}
