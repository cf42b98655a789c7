import { SimpleGrid, Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { formatMoney } from '../../lib/format.ts';
import { FigureTile } from '../../ui/figure-tile.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { billingQuery } from './billing-queries.ts';
import { LedgerSection } from './ledger-section.tsx';
import { LowBalanceSection } from './low-balance-section.tsx';
import { PaymentNotices } from './payment-notices.tsx';
import { TopUpSection } from './top-up-section.tsx';

const route = getRouteApi('/inside/billing');

/** What there is to spend, how to get more, and where it went. */
export function BillingPage() {
  const { paid, cancelled } = route.useSearch();
  const { data: billing } = useSuspenseQuery(billingQuery());
  const { availableMicroAud, heldMicroAud, microAudPerMinute, minimumMicroAud } = billing;
  return (
    <>
      <PageTitle title="Billing" />
      <Stack gap="lg">
        <PaymentNotices pending={billing.pending} paid={paid} cancelled={cancelled} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <FigureTile
            label="Credit you can spend"
            figure={formatMoney(availableMicroAud)}
            note="In Australian dollars."
          />
          <FigureTile
            label="Reserved"
            figure={formatMoney(heldMicroAud)}
            note="For recordings in progress. What they do not use comes back."
          />
          <FigureTile
            label="Price of a minute"
            figure={formatMoney(microAudPerMinute)}
            note={`Counted to the millisecond. A new recording needs ${formatMoney(minimumMicroAud)} of credit.`}
          />
        </SimpleGrid>
        <TopUpSection topUp={billing.topUp} />
        <LedgerSection />
        <LowBalanceSection lowBalanceMicroAud={billing.lowBalanceMicroAud} />
      </Stack>
    </>
  );
}
