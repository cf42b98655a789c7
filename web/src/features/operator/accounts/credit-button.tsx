import type { AdjustCredit, OperatedAccount } from '@icana/contract/app';
import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';

import { formatMoney, MICRO_AUD_PER_AUD } from '../../../lib/format.ts';
import { newId } from '../../../lib/new-id.ts';
import { AudInput } from '../../../ui/aud-input.tsx';
import { Refusal } from '../../../ui/refusal.tsx';
import { useOperatorAction } from '../use-operator-action.ts';

const MOST_AUD = 1_000_000;
const LONGEST_REASON = 200;
const DIRECTIONS = [
  { value: 'add', label: 'Add' },
  { value: 'take', label: 'Take away' },
];

/** Adds credit to an account or takes it away, with a reason. */
export function CreditButton({ account }: { account: OperatedAccount }) {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        Change credit…
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Change the credit of ${account.email}`}>
        <CreditForm account={account} onDone={close} />
      </Modal>
    </>
  );
}

interface Wanted {
  readonly direction: string;
  /** Empty until something is typed. */
  readonly amountAud: number | string;
  readonly reason: string;
}

function CreditForm({ account, onDone }: { account: OperatedAccount; onDone: () => void }) {
  const form = useForm<Wanted>({
    initialValues: { direction: 'add', amountAud: '', reason: '' },
    validate: {
      amountAud: (amount) => (Number(amount) > 0 ? null : 'Say how much.'),
      reason: (reason) => (reason.trim() === '' ? 'Say why: the ledger keeps it.' : null),
    },
  });
  const action = useOperatorAction({ onFailure: () => undefined });
  // Where an answer is lost, the change may have been made: sent again from the same form it is the same one.
  const [{ changeId, before }] = useState(() => ({ changeId: newId(), before: account.availableMicroAud }));
  const amountMicroAud = microAudIn(form.values);
  const after = before + amountMicroAud;
  const submit = ({ reason }: Wanted) => {
    const body: AdjustCredit = { changeId, amountMicroAud, reason };
    const done = `${account.email} has ${formatMoney(after)} of credit now.`;
    action.mutate({ path: `accounts/${account.id}/credit`, body, done }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <SegmentedControl
          data={DIRECTIONS}
          aria-label="Add or take away"
          {...form.getInputProps('direction')}
        />
        <AudInput
          decimalScale={6}
          min={0}
          max={MOST_AUD}
          clampBehavior="strict"
          data-autofocus
          {...form.getInputProps('amountAud')}
        />
        <TextInput
          label="Reason"
          description="Stands in the ledger, where the person reads it, and in the log."
          maxLength={LONGEST_REASON}
          {...form.getInputProps('reason')}
        />
        <Text fz="sm" role="status">
          {formatMoney(before)} now, {formatMoney(after)} after it.
        </Text>
        <Refusal error={action.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={action.isPending} {...(amountMicroAud < 0 && { color: 'red' })}>
            {amountMicroAud < 0 ? 'Take it away' : 'Add it'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function microAudIn({ direction, amountAud }: Wanted): number {
  const amount = Math.round(Number(amountAud) * MICRO_AUD_PER_AUD);
  return direction === 'take' ? 0 - amount : amount;
}
