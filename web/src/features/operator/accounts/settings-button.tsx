import type { AccountSettingsChange, OperatedAccountDetail } from '@icana/contract/app';
import { Autocomplete, Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';

import { Refusal } from '../../../ui/refusal.tsx';
import { useOperatorAction } from '../use-operator-action.ts';

const MOST_REQUESTS = 1_000_000;
const MOST_ZONES_SHOWN = 20;
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** Gives an account limits and a time zone of its own. */
export function SettingsButton({ detail }: { detail: OperatedAccountDetail }) {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        Limits and time zone…
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Limits and time zone of ${detail.account.email}`}>
        <SettingsForm detail={detail} onDone={close} />
      </Modal>
    </>
  );
}

function SettingsForm({ detail, onDone }: { detail: OperatedAccountDetail; onDone: () => void }) {
  const { account, settings, deploymentLimits } = detail;
  const form = useForm<{ submitLimit: number | string; requestLimit: number | string; timeZone: string }>({
    initialValues: {
      submitLimit: settings.submitLimit ?? '',
      requestLimit: settings.requestLimit ?? '',
      timeZone: settings.timeZone,
    },
  });
  const action = useOperatorAction({ onFailure: () => undefined });
  const submit = ({ submitLimit, requestLimit, timeZone }: typeof form.values) => {
    const body: AccountSettingsChange = {
      submitLimit: limitIn(submitLimit),
      requestLimit: limitIn(requestLimit),
      timeZone: timeZone.trim(),
    };
    const done = `The limits and the time zone of ${account.email} are set.`;
    action.mutate(
      { method: 'PUT', path: `accounts/${account.id}/settings`, body, done },
      { onSuccess: onDone },
    );
  };
  const limit = { min: 1, max: MOST_REQUESTS, allowDecimal: false, allowNegative: false } as const;
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <NumberInput
          label="Submissions a minute, for each key"
          placeholder={`${deploymentLimits.submit}, as for everybody`}
          {...limit}
          {...form.getInputProps('submitLimit')}
        />
        <NumberInput
          label="Other requests a minute, for each key"
          placeholder={`${deploymentLimits.request}, as for everybody`}
          {...limit}
          {...form.getInputProps('requestLimit')}
        />
        <Autocomplete
          label="Time zone"
          description="Its midnights divide the days of the account."
          data={ZONES}
          limit={MOST_ZONES_SHOWN}
          {...form.getInputProps('timeZone')}
        />
        <Refusal error={action.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={action.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** An empty field is as for everybody. */
const limitIn = (value: number | string): number | null => (value === '' ? null : Number(value));
