import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import { Refusal } from '../../ui/refusal.tsx';

/** Has the mail sent again that confirms an address. */
export function ResendButton({ email }: { email: string }) {
  const resend = useMutation({
    mutationFn: () => ask('POST', '/app/auth/resend-verification', { body: { email } }),
  });
  return (
    <Stack gap="xs">
      <Refusal error={resend.error} />
      <Button variant="default" onClick={() => resend.mutate()} loading={resend.isPending}>
        Send the mail again
      </Button>
      {resend.isSuccess && (
        <Text size="sm" role="status">
          Another mail is on its way. The newest link is the best one.
        </Text>
      )}
    </Stack>
  );
}
