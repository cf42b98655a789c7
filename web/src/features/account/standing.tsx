import { Alert, Anchor, Container, Stack, Text, Title } from '@mantine/core';
import { IconMailExclamation } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';

import { useSession } from '../../session.ts';
import { Address } from './address.tsx';
import { ResendButton } from './resend-button.tsx';
import { OutboxNote } from './sign-in-options.tsx';

/** Above every page of who has not confirmed the address: what is missing, and how to get on. */
export function UnverifiedBanner() {
  const { accountStatus, email } = useSession();
  if (accountStatus !== 'unverified') return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="lg"
      icon={<IconMailExclamation aria-hidden />}
      title="Confirm your e-mail address"
    >
      <Stack align="flex-start" gap="sm">
        <Text size="sm">
          Open the link in the mail that we sent to <Address>{email}</Address>. Until then no recording is
          taken, neither here nor from a program. Is the address wrong?{' '}
          <Anchor component={Link} to="/settings/account" inherit underline="always">
            Change it
          </Anchor>
          .
        </Text>
        <ResendButton email={email} />
        <OutboxNote />
      </Stack>
    </Alert>
  );
}

/** Instead of every page of who is suspended. */
export function SuspendedPage() {
  return (
    <Container size="xs" py={80}>
      <Stack align="flex-start">
        <Title order={1} size="h2">
          This account has been suspended
        </Title>
        <Text>
          Its recordings and its credit are kept, but nothing can be done with them for now. Ask the operator
          of this service what the reason is.
        </Text>
      </Stack>
    </Container>
  );
}
