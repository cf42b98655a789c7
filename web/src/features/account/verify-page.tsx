import type { Verification } from '@icana/contract/app';
import { Button, Loader, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';

import { ApiError, ask } from '../../lib/api.ts';
import { Outside } from '../../ui/outside.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { EmailField, PasswordField } from './fields.tsx';
import { ResendButton } from './resend-button.tsx';
import { OutboxNote } from './sign-in-options.tsx';

/** Where the links of mails lead that confirm an address. */
export function VerifyPage() {
  const { token } = useSearch({ from: '/verify' });
  const queries = useQueryClient();
  // Asked at once and once: who is signed in has nothing to type.
  const alone = useQuery({
    queryKey: ['verify', token],
    queryFn: () => ask('POST', '/app/auth/verify', { body: { token } satisfies Verification }),
    retry: false,
    staleTime: Infinity,
  });
  const withPassword = useMutation({
    mutationFn: (password: string) =>
      ask('POST', '/app/auth/verify', { body: { token, password } satisfies Verification }),
    onSuccess: () => queries.removeQueries({ queryKey: ['session'] }),
  });
  if (alone.isSuccess || withPassword.isSuccess) return <Verified />;
  if (alone.isPending) return <Verifying />;
  const error = withPassword.error ?? alone.error;
  if (error instanceof ApiError && error.code === 'sign_in.link_expired') return <Expired />;
  const isAsked = alone.error instanceof ApiError && alone.error.code === 'sign_in.password_needed';
  return (
    <Outside title="Confirm your address">
      {isAsked ? (
        <PasswordForm
          onPassword={withPassword.mutate}
          isPending={withPassword.isPending}
          error={withPassword.error}
        />
      ) : (
        <Refusal error={error} />
      )}
    </Outside>
  );
}

const Verifying = () => (
  <Outside title="Confirm your address">
    <Loader role="status" aria-label="One moment" />
  </Outside>
);

function Verified() {
  return (
    <Outside title="Your address is confirmed">
      <Text>Everything is ready for your first recording.</Text>
      <Button component={Link} to="/">
        Go on
      </Button>
    </Outside>
  );
}

/** The link proves the address; the password proves that it was its owner who registered. */
function PasswordForm(props: { onPassword: (password: string) => void; isPending: boolean; error: unknown }) {
  const form = useForm({ initialValues: { password: '' } });
  return (
    <form onSubmit={form.onSubmit(({ password }) => props.onPassword(password))}>
      <Stack>
        <Text>Type the password that you chose, to confirm that it was you who registered.</Text>
        <PasswordField {...form.getInputProps('password')} />
        <Refusal error={props.error} />
        <Button type="submit" loading={props.isPending}>
          Confirm and log in
        </Button>
        <Button component={Link} to="/forgot" variant="subtle">
          I do not know it
        </Button>
      </Stack>
    </form>
  );
}

function Expired() {
  const form = useForm({ initialValues: { email: '' } });
  return (
    <Outside title="This link has expired">
      <Text>
        Links work for a day. Have another mail sent, or, if your address is confirmed already, just log in.
      </Text>
      <EmailField {...form.getInputProps('email')} />
      <ResendButton email={form.values.email} />
      <OutboxNote />
      <PageLink to="/login" size="sm">
        To the log-in
      </PageLink>
    </Outside>
  );
}
