import type { AccountStep, OperatedAccountDetail } from '@icana/contract/app';
import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';

import { useOperatorAction } from '../use-operator-action.ts';

const WORDS: Readonly<
  Record<AccountStep, { label: string; consequence: string; confirm: string; done: string; color: string }>
> = {
  suspend: {
    label: 'Suspend',
    consequence:
      'Its keys answer 403 and its person sees nothing but that it is suspended. Jobs in progress go on. ' +
      'It can be restored at any time.',
    confirm: 'Suspend it',
    done: 'suspended',
    color: 'red',
  },
  restore: {
    label: 'Restore',
    consequence: 'It becomes active, also when its address was never verified: its keys work again.',
    confirm: 'Restore it',
    done: 'active again',
    color: 'brand',
  },
  close: {
    label: 'Close',
    consequence:
      'Its keys stop working and its person cannot log in any more. Recordings and ledger stay. ' +
      'This is for good: a closed account cannot be opened again.',
    confirm: 'Close it for good',
    done: 'closed',
    color: 'red',
  },
};

/** Which steps an account allows, by what it is. */
const ALLOWED = {
  unverified: ['restore', 'suspend', 'close'],
  active: ['suspend', 'close'],
  suspended: ['restore', 'close'],
  closed: [],
} as const satisfies Record<string, readonly AccountStep[]>;

/** Suspend, restore, close: after a question that names the account. */
export function AccountSteps({ detail: { account, isOwn } }: { detail: OperatedAccountDetail }) {
  const action = useOperatorAction();
  if (isOwn) return null;
  const ask = (step: AccountStep) => {
    const { label, consequence, confirm, done, color } = WORDS[step];
    modals.openConfirmModal({
      title: `${label} ${account.email}?`,
      children: <Text fz="sm">{consequence}</Text>,
      labels: { confirm, cancel: 'Leave it' },
      confirmProps: { color },
      onConfirm: () =>
        action.mutate({ path: `accounts/${account.id}/${step}`, done: `${account.email} is ${done}.` }),
    });
  };
  return ALLOWED[account.status].map((step) => (
    <Button
      key={step}
      variant={step === 'restore' ? 'default' : 'light'}
      {...(step !== 'restore' && { color: 'red' })}
      loading={action.isPending}
      onClick={() => ask(step)}
    >
      {WORDS[step].label}…
    </Button>
  ));
}
