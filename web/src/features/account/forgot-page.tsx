import type { MailRequest } from '@icana/contract/app';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { ask } from '../../lib/api.ts';
import { Outside } from '../../ui/outside.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Address } from './address.tsx';
import { EmailField } from './fields.tsx';
import { OutboxNote } from './sign-in-options.tsx';

export function ForgotPage() {
  const form = useForm({ initialValues: { email: '' } });
  const forgot = useMutation({
    mutationFn: (body: MailRequest) => ask('POST', '/app/auth/forgot', { body }),
  });
  return (
    <Outside title={forgot.isSuccess ? 'Check your mail' : 'Set a new password'}>
      {forgot.isSuccess ? (
        <>
          <Text role="status">
            If there is an account for <Address>{forgot.variables.email}</Address>, a link is on its way
            there. It works for an hour.
          </Text>
          <OutboxNote />
        </>
      ) : (
        <form onSubmit={form.onSubmit((values) => forgot.mutate(values))}>
          <Stack>
            <Text>We send a link to your e-mail address that lets you choose another.</Text>
            <EmailField {...form.getInputProps('email')} />
            <Refusal error={forgot.error} />
            <Button type="submit" loading={forgot.isPending}>
              Send the link
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/login" size="sm">
        To the log-in
      </Anchor>
    </Outside>
  );
}
