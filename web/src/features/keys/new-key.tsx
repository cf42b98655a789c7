import type { CreatedApiKey } from '@icana/contract/app';
import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCopy } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { ask } from '../../lib/api.ts';
import { useSession } from '../../session.ts';
import { copyAndTell } from '../../ui/copying.ts';
import { Refusal } from '../../ui/refusal.tsx';
import classes from './keys.module.css';
import { keysQuery } from './keys-query.ts';

const MAX_NAME_LENGTH = 100;

/** Asks for a name and makes a key of it, or says why there can be no more. */
export function NewKeyForm(props: { used: number; most: number; onMade: (made: CreatedApiKey) => void }) {
  const { used, most, onMade } = props;
  const { accountStatus } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const creation = useMutation({
    mutationFn: () => ask<CreatedApiKey>('POST', '/app/keys', { body: { name } }),
    async onSuccess(made) {
      setName('');
      onMade(made);
      await queries.invalidateQueries(keysQuery);
    },
  });
  const allowed = accountStatus === 'unverified' ? 1 : most;
  if (used >= allowed) return <NoMore allowed={allowed} isUnverified={accountStatus === 'unverified'} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Name of a new key"
            description="Such as the program or the machine that will use it."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={MAX_NAME_LENGTH}
            required
            withAsterisk={false}
            className={classes['name']}
          />
          <Button type="submit" loading={creation.isPending} disabled={name.trim() === ''}>
            Make a key
          </Button>
        </Group>
        <Text fz="sm" c="dimmed">
          {used} of {most} keys are in use. Give each program one of its own: then you can revoke it without
          stopping the others.
        </Text>
        <Refusal error={creation.error} />
      </Stack>
    </form>
  );
}

function NoMore({ allowed, isUnverified }: { allowed: number; isUnverified: boolean }) {
  return (
    <Text fz="sm" c="dimmed">
      {isUnverified
        ? 'You can make more keys once you have confirmed your e-mail address.'
        : `You have ${allowed} keys, which is as many as an account can have. ` +
          'To make another, revoke one that is no longer used.'}
    </Text>
  );
}

/** The key itself, this once. */
export function MadeKey({ made, onDone }: { made: CreatedApiKey; onDone: () => void }) {
  const { accountStatus } = useSession();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={`Copy the key “${made.apiKey.name}” now`}
      role="status"
      classNames={{ title: classes['made'] ?? '' }}
    >
      <Stack gap="sm">
        <Text fz="sm">
          It is shown this once, and nobody can tell you later what it was. Whoever has it can spend your
          credit and read your transcripts.
        </Text>
        {accountStatus === 'unverified' && (
          <Text fz="sm" fw={500}>
            It works once you have confirmed your e-mail address, and answers “403” until then.
          </Text>
        )}
        <Group gap="sm">
          <Code fz="sm" className={classes['whole']}>
            {made.key}
          </Code>
          <Button
            size="xs"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void copyAndTell(made.key, 'The key is copied.')}
          >
            Copy the key
          </Button>
          <Button size="xs" variant="default" onClick={onDone}>
            I have kept it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
