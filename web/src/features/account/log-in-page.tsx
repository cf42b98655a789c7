import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';

import { ask } from '../../lib/api.ts';
import { sessionQuery } from '../../session.ts';
import { Outside } from '../../ui/outside.tsx';
import { Refusal } from '../../ui/refusal.tsx';

export function LogInPage() {
  const { next = '/' } = useSearch({ from: '/login' });
  const router = useRouter();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const logIn = useMutation({
    mutationFn: (body: typeof form.values) => ask('POST', '/app/auth/sign-in/email', { body }),
    onSuccess: async () => {
      await queries.invalidateQueries(sessionQuery);
      router.history.push(next);
    },
  });
  return (
    <Outside title="Log in">
      <form onSubmit={form.onSubmit((values) => logIn.mutate(values))}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Refusal error={logIn.error} />
          <Button type="submit" loading={logIn.isPending}>
            Log in
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}
