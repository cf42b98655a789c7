import type { Payment, PaymentStatus } from '@icana/contract/app';
import { Alert, Code, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { formatMoney, formatTime } from '../../lib/format.ts';
import { askForCreditAnew, billingQuery } from './billing-queries.ts';

interface Props {
  readonly pending: readonly Payment[];
  /** The payment somebody has come back from having made, or not. */
  readonly paid: string | undefined;
  readonly cancelled: string | undefined;
}

/** What is to be said about payments that are not credit yet. */
export function PaymentNotices({ pending, paid, cancelled }: Props) {
  const others = pending.filter(({ id, status }) => id !== paid && status !== 'open' && status !== 'expired');
  return (
    <>
      {paid !== undefined && <Arrival payment={pending.find(({ id }) => id === paid)} />}
      {paid === undefined && cancelled !== undefined && (
        <Alert variant="light" color="gray" icon={<IconInfoCircle aria-hidden />} role="status">
          You came back without paying. Nothing was taken.
        </Alert>
      )}
      {others.map((payment) => (
        <Trouble key={payment.id} payment={payment} />
      ))}
    </>
  );
}

const ASK_EVERY_MS = 2000;
const PATIENCE_MS = 60_000;

/** The money is reported to the service by itself, mostly within seconds. */
function Arrival({ payment }: { payment: Payment | undefined }) {
  const queries = useQueryClient();
  const [isLate, setLate] = useState(false);
  const isAwaited = payment?.status === 'open';
  useQuery(billingQuery({ everyMs: isAwaited ? ASK_EVERY_MS : false }));
  useEffect(() => {
    if (!isAwaited) void askForCreditAnew(queries);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isAwaited, queries]);
  if (!payment) {
    return (
      <Alert
        variant="light"
        color="brand"
        icon={<IconCircleCheck aria-hidden />}
        role="status"
        title="Thank you"
      >
        Your payment has arrived. The receipt is in the history below.
      </Alert>
    );
  }
  if (!isAwaited) return <Trouble payment={payment} />;
  return (
    <Alert variant="light" icon={<Loader size={18} />} role="status" title="Your payment is on its way">
      {isLate
        ? 'It takes longer than usual. You need not wait here: the credit comes by itself.'
        : 'The credit shows here as soon as the payment is confirmed.'}
    </Alert>
  );
}

const WORDS: Partial<Record<PaymentStatus, string>> = {
  processing: 'Your bank is working on it, which can take some days. The credit comes by itself.',
  failed: 'It did not go through, and you have paid nothing. You can try again below.',
  expired: 'The page to pay on has expired, and you have paid nothing. You can try again below.',
  mismatched:
    'What was paid is not what was asked for, so it was not credited. Contact the operator of this service with this number:',
};

function Trouble({ payment }: { payment: Payment }) {
  const { id, status, amountMicroAud, createdAt } = payment;
  const isMismatched = status === 'mismatched';
  return (
    <Alert
      variant="light"
      color={isMismatched ? 'red' : 'yellow'}
      icon={<IconAlertTriangle aria-hidden />}
      title={`Top-up of ${formatMoney(amountMicroAud)}, ${formatTime(createdAt)}`}
      role="status"
    >
      <Text fz="sm">
        {WORDS[status]} {isMismatched && <Code>{id}</Code>}
      </Text>
    </Alert>
  );
}
