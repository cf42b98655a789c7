import type { Reset } from '@icana/contract/app';
import { Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';

import { ApiError, ask } from '../../lib/api.ts';
import { Outside } from '../../ui/outside.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { newPasswordProblem, NewPasswordField } from './fields.tsx';

/** Where the links of mails lead that let somebody choose a password. */
export function ResetPage() {
  const { token } = useSearch({ from: '/reset' });
  const queries = useQueryClient();
  const form = useForm({ initialValues: { password: '' }, validate: { password: newPasswordProblem } });
  const reset = useMutation({
    mutationFn: (password: string) =>
      ask('POST', '/app/auth/reset', { body: { token, password } satisfies Reset }),
    // All sessions have ended, also the one that may be open here.
    onSuccess: () => queries.clear(),
  });
  if (reset.isSuccess) return <IsSet />;
  if (reset.error instanceof ApiError && reset.error.code === 'sign_in.link_expired') return <Expired />;
  return (
    <Outside title="Choose a password">
      <form onSubmit={form.onSubmit(({ password }) => reset.mutate(password))}>
        <Stack>
          <NewPasswordField label="New password" {...form.getInputProps('password')} />
          <Refusal error={reset.error} />
          <Button type="submit" loading={reset.isPending}>
            Set the password
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}

const IsSet = () => (
  <Outside title="Your password is set">
    <Text role="status">You are signed out everywhere. Log in with the new password.</Text>
    <Button component={Link} to="/login">
      Log in
    </Button>
  </Outside>
);

const Expired = () => (
  <Outside title="This link has expired">
    <Text>Links to set a password work for an hour, and once. Have another one sent.</Text>
    <Button component={Link} to="/forgot">
      Send another link
    </Button>
  </Outside>
);
