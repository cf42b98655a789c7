import type { LowBalance } from '@icana/contract/app';
import { Button, Group, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { ask } from '../../lib/api.ts';
import { formatMoney, MICRO_AUD_PER_AUD } from '../../lib/format.ts';
import { useSession } from '../../session.ts';
import { AudInput } from '../../ui/aud-input.tsx';
import { tell } from '../../ui/notices.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Section } from '../../ui/section.tsx';
import { askForCreditAnew } from './billing-queries.ts';

const DEFAULT_AUD = 2;
const MOST_AUD = 10_000;

/** Whether, and from which balance on, a mail tells that credit runs low. */
export function LowBalanceSection({ lowBalanceMicroAud }: LowBalance) {
  const { email } = useSession();
  const [isOn, setOn] = useState(lowBalanceMicroAud !== null);
  const [typed, setTyped] = useState<number | string>(
    lowBalanceMicroAud === null ? DEFAULT_AUD : lowBalanceMicroAud / MICRO_AUD_PER_AUD,
  );
  const change = useChange();
  const wanted = isOn ? Math.round(Number(typed) * MICRO_AUD_PER_AUD) : null;
  const isAllowed = !isOn || typed !== '';
  return (
    <Section title="When credit runs low">
      <Switch
        label={`Send a mail to ${email}`}
        description="Once, when what you can spend falls below the amount, and again only after credit was added."
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
      />
      <Group align="flex-end" gap="sm">
        <AudInput
          label="Below, in AUD"
          value={typed}
          onChange={setTyped}
          min={0}
          max={MOST_AUD}
          clampBehavior="strict"
          disabled={!isOn}
          w={160}
        />
        <Button
          variant="default"
          onClick={() => change.mutate(wanted)}
          loading={change.isPending}
          disabled={!isAllowed || wanted === lowBalanceMicroAud}
        >
          Save
        </Button>
      </Group>
      {lowBalanceMicroAud === null && (
        <Text fz="sm" c="dimmed">
          No mail is sent at the moment.
        </Text>
      )}
      <Refusal error={change.error} />
    </Section>
  );
}

function useChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (lowBalanceMicroAud: number | null) =>
      ask('PUT', '/app/billing/low-balance', { body: { lowBalanceMicroAud } satisfies LowBalance }),
    async onSuccess(_answer, limit) {
      await askForCreditAnew(queries);
      tell(
        limit === null
          ? 'No mail is sent when credit runs low.'
          : `A mail is sent when less than ${formatMoney(limit)} is left.`,
      );
    },
  });
}
