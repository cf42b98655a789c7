import type { EmailChange } from '@icana/contract/app';
import { Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import { ask } from '../../../lib/api.ts';
import { useSession } from '../../../session.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { Address } from '../address.tsx';
import { EmailField, PasswordField } from '../fields.tsx';
import { OutboxNote } from '../sign-in-options.tsx';

export function EmailSection() {
  const { email, hasPassword } = useSession();
  return (
    <Section title="E-mail">
      <Text>
        You sign in as <Address>{email}</Address>.
      </Text>
      {hasPassword ? (
        <ChangeForm current={email} />
      ) : (
        <Text c="dimmed">To change the address, choose a password first.</Text>
      )}
    </Section>
  );
}

function ChangeForm({ current }: { current: string }) {
  const form = useForm<EmailChange>({
    initialValues: { newEmail: '', password: '' },
    validate: {
      newEmail: (text) => (text.trim().toLowerCase() === current ? 'That is your address already.' : null),
    },
  });
  const change = useMutation({
    mutationFn: (body: EmailChange) => ask('POST', '/app/account/email', { body }),
    onSuccess: () => form.reset(),
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack align="flex-start">
        <EmailField label="New e-mail" autoComplete="email" w="100%" {...form.getInputProps('newEmail')} />
        <PasswordField w="100%" {...form.getInputProps('password')} />
        <Refusal error={change.error} />
        {change.isSuccess && (
          <>
            <Text role="status">
              Open the link that we sent to <Address>{change.variables.newEmail}</Address>. Until then you
              sign in with the old address.
            </Text>
            <OutboxNote />
          </>
        )}
        <Button type="submit" loading={change.isPending}>
          Change the address
        </Button>
      </Stack>
    </form>
  );
}
