import type { LogIn } from '@icana/contract/app';
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';

import { ask } from '../../lib/api.ts';
import { Outside } from '../../ui/outside.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { EmailField, PasswordField } from './fields.tsx';
import { ProviderButton } from './sign-in-options.tsx';

export function LogInPage() {
  const { next = '/', error } = useSearch({ from: '/login' });
  const router = useRouter();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const logIn = useMutation({
    mutationFn: (body: LogIn) => ask('POST', '/app/auth/log-in', { body }),
    onSuccess: () => {
      // Nothing of whoever was here before.
      queries.clear();
      router.history.push(next);
    },
  });
  return (
    <Outside title="Log in">
      <Text c="dimmed" size="sm">
        Recordings become text, with who said what.
      </Text>
      {error !== undefined && !logIn.isPending && <ProviderFailure code={error} />}
      <form onSubmit={form.onSubmit((values) => logIn.mutate(values))}>
        <Stack>
          <EmailField {...form.getInputProps('email')} />
          <PasswordField {...form.getInputProps('password')} />
          <Refusal error={logIn.error} />
          <Button type="submit" loading={logIn.isPending}>
            Log in
          </Button>
        </Stack>
      </form>
      <ProviderButton />
      <Group justify="space-between">
        <Anchor component={Link} to="/forgot" size="sm">
          Forgot your password?
        </Anchor>
        <Text size="sm">
          New here?{' '}
          <Anchor component={Link} to="/register" inherit underline="always">
            Register
          </Anchor>
        </Text>
      </Group>
    </Outside>
  );
}

/** What the sign-in library calls what went wrong on the way back from the identity provider. */
const PROVIDER_FAILURES: Readonly<Record<string, string>> = {
  account_not_linked:
    'There is an account for your e-mail address, but nobody has confirmed that the address is yours. Log in with the password, or set a new one by “Forgot your password?”.',
  email_not_found: 'The identity provider did not tell your e-mail address, so there is nobody to log in.',
  ACCOUNT_CLOSED: 'This account has been closed.',
  unable_to_create_user:
    'There is an account for your e-mail address, and the identity provider has not confirmed that the address is yours.',
};

function ProviderFailure({ code }: { code: string }) {
  return (
    <Alert color="red" variant="light" role="alert">
      {PROVIDER_FAILURES[code] ?? 'Logging in through the identity provider did not work. Please try again.'}
    </Alert>
  );
}
