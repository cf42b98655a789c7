import type { Registration } from '@icana/contract/app';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { ask } from '../../lib/api.ts';
import { Outside } from '../../ui/outside.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Address } from './address.tsx';
import { browserTimeZone } from './browser-time-zone.ts';
import { EmailField, newPasswordProblem, NewPasswordField } from './fields.tsx';
import { ResendButton } from './resend-button.tsx';
import { OutboxNote, ProviderButton, WelcomeNote } from './sign-in-options.tsx';

export function RegisterPage() {
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { password: newPasswordProblem },
  });
  const register = useMutation({
    mutationFn: (body: Registration) => ask('POST', '/app/auth/register', { body }),
  });
  if (register.isSuccess) return <MailIsOnItsWay email={register.variables.email} />;
  return (
    <Outside title="Register">
      <WelcomeNote />
      <form onSubmit={form.onSubmit((values) => register.mutate({ ...values, timeZone: browserTimeZone() }))}>
        <Stack>
          <EmailField {...form.getInputProps('email')} />
          <NewPasswordField {...form.getInputProps('password')} />
          <Refusal error={register.error} />
          <Button type="submit" loading={register.isPending}>
            Register
          </Button>
        </Stack>
      </form>
      <ProviderButton />
      <Text size="sm">
        Registered already?{' '}
        <Anchor component={Link} to="/login" inherit underline="always">
          Log in
        </Anchor>
      </Text>
    </Outside>
  );
}

function MailIsOnItsWay({ email }: { email: string }) {
  return (
    <Outside title="Check your mail">
      <Text>
        We wrote to <Address>{email}</Address>. Open the link in the mail to confirm that the address is
        yours; it works for a day.
      </Text>
      <OutboxNote />
      <Text size="sm" c="dimmed">
        Nothing there? Look in the folder for spam, or have it sent again.
      </Text>
      <ResendButton email={email} />
      <Anchor component={Link} to="/login" size="sm">
        To the log-in
      </Anchor>
    </Outside>
  );
}
