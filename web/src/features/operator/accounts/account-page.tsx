import type { OperatedAccountDetail } from '@icana/contract/app';
import { Group, SimpleGrid, Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { formatDay, formatMoney } from '../../../lib/format.ts';
import { FigureTile } from '../../../ui/figure-tile.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { accountQuery } from '../operator-queries.ts';
import { StatusBadge } from '../status-badge.tsx';
import { AccountSteps } from './account-steps.tsx';
import { ActionsSection, JobsSection, KeysSection, LedgerSection } from './account-sections.tsx';
import { CreditButton } from './credit-button.tsx';
import { SettingsButton } from './settings-button.tsx';

const route = getRouteApi('/inside/admin/accounts/$id');

/** One account: what it has and does, and what can be done about it. */
export function AccountPage() {
  const { id } = route.useParams();
  const { data: detail } = useSuspenseQuery(accountQuery(id));
  return (
    <>
      <PageLink to="/admin/accounts" fz="sm">
        All accounts
      </PageLink>
      <PageTitle title={detail.account.email} note={<Standing detail={detail} />} />
      <Stack gap="lg">
        <Group gap="sm">
          <CreditButton account={detail.account} />
          <SettingsButton detail={detail} />
          <AccountSteps detail={detail} />
        </Group>
        <Figures detail={detail} />
        <KeysSection keys={detail.keys} />
        <JobsSection detail={detail} />
        <LedgerSection movements={detail.movements} />
        <ActionsSection actions={detail.actions} />
      </Stack>
    </>
  );
}

function Standing({ detail: { account, isOwn } }: { detail: OperatedAccountDetail }) {
  const { status, isOperator, createdAt, lastSeenAt } = account;
  const seen = lastSeenAt === null ? 'never seen' : `last seen ${formatDay(lastSeenAt)}`;
  return (
    <>
      <StatusBadge status={status} /> {isOperator && 'Operator. '}
      {isOwn && 'This is you. '}
      Since {formatDay(createdAt)}, {seen}.
    </>
  );
}

function Figures({ detail: { account, settings, deploymentLimits } }: { detail: OperatedAccountDetail }) {
  const { submitLimit, requestLimit, timeZone } = settings;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <FigureTile label="Credit" figure={formatMoney(account.availableMicroAud)} />
      <FigureTile label="Reserved" figure={formatMoney(account.heldMicroAud)} />
      <FigureTile label="Jobs" figure={account.jobs.toLocaleString('en-AU')} note="Deleted ones too" />
      <FigureTile
        label="Limits a minute and key"
        figure={`${submitLimit ?? deploymentLimits.submit} / ${requestLimit ?? deploymentLimits.request}`}
        note={`Submissions / others. Days in ${timeZone}`}
      />
    </SimpleGrid>
  );
}
