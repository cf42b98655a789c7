import type { Billing, OpenedTopUp } from '@icana/contract/app';
import { Alert, Button, Chip, Group, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { IconCreditCard, IconFlask } from '@tabler/icons-react';
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

const PRESETS_AUD = [10, 25, 50, 100];

/** Where credit is added: by card, as a test, or by the operator alone. */
export function TopUpSection({ topUp }: { topUp: Billing['topUp'] }) {
  const { accountStatus } = useSession();
  if (topUp.mode === 'none') {
    return (
      <Section title="Add credit">
        <Text fz="sm">Credit cannot be bought here. Ask the operator of this service to add some.</Text>
      </Section>
    );
  }
  return (
    <Section title={topUp.mode === 'test' ? 'Add test credit' : 'Add credit'}>
      {topUp.mode === 'test' && (
        <Alert
          variant="light"
          color="yellow"
          icon={<IconFlask aria-hidden />}
          title="A test: no money is taken"
        >
          This service has no payment set up. What you add here is credit all the same, for trying things out.
        </Alert>
      )}
      {accountStatus === 'active' ? (
        <TopUpForm topUp={topUp} />
      ) : (
        <Text fz="sm">
          Confirm your e-mail address first: open the link in the mail that was sent to you.
        </Text>
      )}
    </Section>
  );
}

function TopUpForm({ topUp }: { topUp: Billing['topUp'] }) {
  const { mode, leastMicroAud, mostMicroAud } = topUp;
  const [leastAud, mostAud] = [leastMicroAud / MICRO_AUD_PER_AUD, mostMicroAud / MICRO_AUD_PER_AUD];
  const [typed, setTyped] = useState<number | string>(25);
  const topping = useTopUp();
  // Nothing typed is no amount: zero, which is below the least.
  const amountAud = Number(typed);
  const isAllowed = amountAud >= leastAud && amountAud <= mostAud;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isAllowed) topping.mutate(Math.round(amountAud * 100));
      }}
    >
      <Stack gap="sm">
        <Chip.Group value={String(amountAud)} onChange={(value) => setTyped(Number(value))}>
          <Group gap="xs" role="group" aria-label="Amounts that are often chosen">
            {PRESETS_AUD.map((preset) => (
              <Chip key={preset} value={String(preset)}>
                ${preset}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Group align="flex-end" gap="sm">
          <AudInput
            description={`From ${formatMoney(leastMicroAud)} to ${formatMoney(mostMicroAud)}.`}
            value={typed}
            onChange={setTyped}
            min={leastAud}
            max={mostAud}
            w={220}
          />
          <Button
            type="submit"
            loading={topping.isPending}
            disabled={!isAllowed}
            leftSection={mode === 'stripe' && <IconCreditCard size={18} aria-hidden />}
          >
            {mode === 'stripe' ? 'Pay by card' : 'Add test credit'}
          </Button>
        </Group>
        {mode === 'stripe' && (
          <Text fz="sm" c="dimmed">
            You pay on a page of Stripe, which brings you back here. Credit does not expire.
          </Text>
        )}
        <Refusal error={topping.error} />
      </Stack>
    </form>
  );
}

function useTopUp() {
  const queries = useQueryClient();
  const topping = useMutation({
    mutationFn: (amountCents: number) =>
      ask<OpenedTopUp>('POST', '/app/billing/top-ups', { body: { amountCents } }),
    async onSuccess({ payAt }, amountCents) {
      if (payAt !== null) {
        window.location.assign(payAt);
        // Until the other page is there, the button waits.
        await new Promise(() => undefined);
      }
      await askForCreditAnew(queries);
      tell(`${formatMoney(amountCents * 10_000)} of test credit is added. No money was taken.`);
    },
  });
  // Who goes back from the other page can find this one as it was left.
  useWindowEvent('pageshow', ({ persisted }) => {
    if (persisted) topping.reset();
  });
  return topping;
}
