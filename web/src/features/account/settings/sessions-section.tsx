import type { OwnSessions } from '@icana/contract/app';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';

import { ask } from '../../../lib/api.ts';
import { formatTime } from '../../../lib/format.ts';
import { forgetPerson } from '../../../lib/query.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { RuledList } from '../../../ui/ruled-list.tsx';
import { Section } from '../../../ui/section.tsx';
import { browserName } from './browser-name.ts';

export function SessionsSection() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['own-sessions'],
    queryFn: ({ signal }) => ask<OwnSessions>('GET', '/app/account/sessions', { signal }),
  });
  const logOut = useMutation({
    mutationFn: () => ask('POST', '/app/account/log-out-everywhere'),
    onSuccess: async () => {
      await navigate({ to: '/login' });
      forgetPerson(queries);
    },
  });
  const end = useMutation({
    mutationFn: (id: string) => ask('DELETE', `/app/account/sessions/${id}`),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['own-sessions'] }),
  });
  return (
    <Section title="Where you are signed in">
      <Refusal error={sessions.error ?? end.error ?? logOut.error} />
      <RuledList>
        {sessions.data?.map((session) => (
          <Group key={session.id} component="li" justify="space-between" wrap="nowrap" py="xs">
            <div>
              <Text>{browserName(session.browser)}</Text>
              <Text size="sm" c="dimmed">
                since {formatTime(session.signedInAt)}
                {session.address !== null && `, from ${session.address}`}
              </Text>
            </div>
            {session.isThisOne ? (
              <Badge variant="light" tt="none" style={{ flex: 'none' }}>
                This one
              </Badge>
            ) : (
              <Button
                size="xs"
                variant="default"
                aria-label={`Log out of ${browserName(session.browser)}, since ${formatTime(session.signedInAt)}`}
                onClick={() => end.mutate(session.id)}
                loading={end.isPending && end.variables === session.id}
                style={{ flex: 'none' }}
              >
                Log out
              </Button>
            )}
          </Group>
        ))}
      </RuledList>
      <Group>
        <Button variant="default" onClick={() => logOut.mutate()} loading={logOut.isPending}>
          Log out everywhere
        </Button>
      </Group>
    </Section>
  );
}
