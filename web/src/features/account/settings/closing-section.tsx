import type { Closing } from '@icana/contract/app';
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';

import { ask } from '../../../lib/api.ts';
import { formatMoney } from '../../../lib/format.ts';
import { forgetPerson } from '../../../lib/query.ts';
import { useSession } from '../../../session.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { PasswordField } from '../fields.tsx';

export function ClosingSection() {
  const [isOpen, { open, close }] = useDisclosure();
  const { hasPassword } = useSession();
  return (
    <Section title="Your data, and leaving">
      <Stack align="flex-start">
        <Text>
          Everything that is yours in one file: transcripts with your corrections, the history of your credit,
          the names of your keys.
        </Text>
        <Button
          component="a"
          href="/app/account/export"
          download
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          Download everything
        </Button>
        <Text>Closing the account deletes all of it for good.</Text>
        {hasPassword ? (
          <Button color="red" variant="outline" onClick={open}>
            Close the account…
          </Button>
        ) : (
          <Text c="dimmed">To close it, choose a password first.</Text>
        )}
      </Stack>
      <Modal opened={isOpen} onClose={close} title="Close the account?">
        <ClosingForm onCancel={close} />
      </Modal>
    </Section>
  );
}

function ClosingForm({ onCancel }: { onCancel: () => void }) {
  const { availableMicroAud } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm<Closing>({ initialValues: { password: '' } });
  const closeAccount = useMutation({
    mutationFn: (body: Closing) => ask('POST', '/app/account/close', { body }),
    onSuccess: async () => {
      await navigate({ to: '/closed' });
      forgetPerson(queries);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => closeAccount.mutate(values))}>
      <Stack>
        <List>
          <List.Item>All recordings and transcripts are deleted, also those still in work.</List.Item>
          <List.Item>All API keys stop working.</List.Item>
          {availableMicroAud > 0 && (
            <List.Item>{formatMoney(availableMicroAud)} AUD of credit is left, and is lost to you.</List.Item>
          )}
          <List.Item>This cannot be undone. Download your data first.</List.Item>
        </List>
        <PasswordField data-autofocus {...form.getInputProps('password')} />
        <Refusal error={closeAccount.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={closeAccount.isPending}>
            Close it for good
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
