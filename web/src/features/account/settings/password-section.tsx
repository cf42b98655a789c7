import type { MailRequest, PasswordChange } from '@icana/contract/app';
import { Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import { ask } from '../../../lib/api.ts';
import { useSession } from '../../../session.ts';
import { tell } from '../../../ui/notices.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { newPasswordProblem, NewPasswordField, PasswordField } from '../fields.tsx';
import { OutboxNote } from '../sign-in-options.tsx';

export function PasswordSection() {
  const { hasPassword, email } = useSession();
  return <Section title="Password">{hasPassword ? <ChangeForm /> : <FirstPassword email={email} />}</Section>;
}

function ChangeForm() {
  const form = useForm<PasswordChange>({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { newPassword: newPasswordProblem },
  });
  const change = useMutation({
    mutationFn: (body: PasswordChange) => ask('POST', '/app/account/password', { body }),
    onSuccess() {
      form.reset();
      tell('Your password is changed. Everywhere else you are signed out.');
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack align="flex-start">
        <PasswordField label="Current password" w="100%" {...form.getInputProps('currentPassword')} />
        <NewPasswordField label="New password" w="100%" {...form.getInputProps('newPassword')} />
        <Refusal error={change.error} />
        <Button type="submit" loading={change.isPending}>
          Change the password
        </Button>
      </Stack>
    </form>
  );
}

/** Who came from an identity provider may want one, too. */
function FirstPassword({ email }: { email: string }) {
  const send = useMutation({
    mutationFn: () => ask('POST', '/app/auth/forgot', { body: { email } satisfies MailRequest }),
  });
  return (
    <Stack align="flex-start">
      <Text>You sign in through your identity provider, and have no password here.</Text>
      <Refusal error={send.error} />
      {send.isSuccess ? (
        <>
          <Text role="status">A link to choose a password is on its way to {email}.</Text>
          <OutboxNote />
        </>
      ) : (
        <Button variant="default" onClick={() => send.mutate()} loading={send.isPending}>
          Choose a password by mail
        </Button>
      )}
    </Stack>
  );
}
