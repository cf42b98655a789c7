import type { ProviderUrl, SignInOptions } from '@icana/contract/app';
import { Anchor, Button, Divider, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import { formatMoney } from '../../lib/format.ts';
import { Refusal } from '../../ui/refusal.tsx';

const optionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => ask<SignInOptions>('GET', '/app/auth/options', { signal }),
  staleTime: Infinity,
});

/** The way in by the identity provider, where there is one. */
export function ProviderButton() {
  const { data } = useQuery(optionsQuery);
  const toProvider = useMutation({
    mutationFn: () => ask<ProviderUrl>('POST', '/app/auth/provider'),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!data?.providerName) return null;
  return (
    <>
      <Divider label="or" c="var(--mantine-color-text)" styles={{ label: { color: 'inherit' } }} />
      <Refusal error={toProvider.error} />
      <Button variant="default" onClick={() => toProvider.mutate()} loading={toProvider.isPending}>
        Continue with {data.providerName}
      </Button>
    </>
  );
}

/** What somebody gets who registers. */
export function WelcomeNote() {
  const { data } = useQuery(optionsQuery);
  if (!data) return null;
  return (
    <Text c="dimmed" size="sm">
      You start with {formatMoney(data.welcomeMicroAud)} of credit: enough for {data.welcomeMinutes} minutes
      of audio.
    </Text>
  );
}

/** Where a mail is that was just written, when it has not been sent. */
export function OutboxNote() {
  const { data } = useQuery(optionsQuery);
  if (!data || data.mailIsSent) return null;
  return (
    <Text size="sm" fs="italic">
      No mail server is set up here, so no mail is sent. On the machine of the service it can be read in the{' '}
      <Anchor href="/outbox" target="_blank" inherit underline="always">
        outbox
      </Anchor>
      .
    </Text>
  );
}
