import type { ApiKeyView } from '@icana/contract/app';
import { Button, Code, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { ask } from '../../lib/api.ts';
import { formatDay, formatTime } from '../../lib/format.ts';
import { tell, tellFailure } from '../../ui/notices.ts';
import { RuledList } from '../../ui/ruled-list.tsx';
import classes from './keys.module.css';
import { keysQuery } from './keys-query.ts';

type OnRevoked = (id: string) => void;

export function KeyList({ keys, onRevoked }: { keys: readonly ApiKeyView[]; onRevoked: OnRevoked }) {
  if (keys.length === 0) {
    return (
      <Text c="dimmed" fz="sm">
        There is no key yet. Make one to send recordings from a program.
      </Text>
    );
  }
  return (
    <RuledList>
      {keys.map((key) => (
        <KeyRow key={key.id} apiKey={key} onRevoked={onRevoked} />
      ))}
    </RuledList>
  );
}

function KeyRow({ apiKey, onRevoked }: { apiKey: ApiKeyView; onRevoked: OnRevoked }) {
  const confirmRevocation = useRevocation(apiKey, onRevoked);
  const { name, masked, createdAt, lastUsedAt, lastUsedAddress } = apiKey;
  return (
    <li className={classes['row']}>
      <div>
        <Text fw={600}>{name}</Text>
        <Code>{masked}</Code>
      </div>
      <Text fz="sm" c="dimmed">
        {lastUsedAt === null
          ? 'Never used'
          : `Last used ${formatTime(lastUsedAt)}${lastUsedAddress === null ? '' : ` from ${lastUsedAddress}`}`}
        <br />
        Made on {formatDay(createdAt)}
      </Text>
      <Button
        variant="light"
        color="red"
        size="xs"
        onClick={confirmRevocation}
        aria-label={`Revoke the key ${name}`}
      >
        Revoke
      </Button>
    </li>
  );
}

function useRevocation({ id, name, masked }: ApiKeyView, onRevoked: OnRevoked) {
  const queries = useQueryClient();
  const revocation = useMutation({
    mutationFn: () => ask('DELETE', `/app/keys/${id}`),
    onError: tellFailure,
    onSuccess() {
      tell(`The key “${name}” is revoked.`);
      onRevoked(id);
    },
    onSettled: () => queries.invalidateQueries(keysQuery),
  });
  return () =>
    modals.openConfirmModal({
      title: 'Revoke this key?',
      children: (
        <Text fz="sm">
          Every program that uses “{name}” ({masked}) is turned away from now on. This cannot be undone; what
          was sent with it stays.
        </Text>
      ),
      labels: { confirm: 'Revoke it', cancel: 'Keep it' },
      confirmProps: { color: 'red' },
      onConfirm: () => revocation.mutate(),
    });
}
