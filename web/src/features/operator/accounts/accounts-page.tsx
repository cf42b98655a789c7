import type { OperatedAccount } from '@icana/contract/app';
import { Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';

import { formatDay, formatMoney } from '../../../lib/format.ts';
import { PageLink } from '../../../ui/page-link.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { PagedList } from '../../../ui/paged-list.tsx';
import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { ACCOUNT_STATUSES, accountFilterIn, MOST_SEARCHED } from '../filters.ts';
import { accountsQuery } from '../operator-queries.ts';
import { StatusBadge } from '../status-badge.tsx';

const route = getRouteApi('/inside/admin/accounts');
const TYPED_MS = 250;

const COLUMNS: readonly Column<OperatedAccount>[] = [
  {
    heading: 'Account',
    cell: ({ id, email, status, isOperator }) => (
      <Group gap="xs">
        <PageLink to="/admin/accounts/$id" params={{ id }} inherit fw={500}>
          {email}
        </PageLink>
        <StatusBadge status={status} />
        {isOperator && (
          <Text component="span" fz="xs" c="dimmed">
            operator
          </Text>
        )}
      </Group>
    ),
  },
  { heading: 'Credit', kind: 'number', cell: ({ availableMicroAud }) => formatMoney(availableMicroAud) },
  { heading: 'Reserved', kind: 'number', cell: ({ heldMicroAud }) => formatMoney(heldMicroAud) },
  { heading: 'Jobs', kind: 'number', cell: ({ jobs }) => jobs.toLocaleString('en-AU') },
  { heading: 'Since', kind: 'time', cell: ({ createdAt }) => formatDay(createdAt) },
  {
    heading: 'Last seen',
    kind: 'time',
    cell: ({ lastSeenAt }) => (lastSeenAt === null ? 'never' : formatDay(lastSeenAt)),
  },
];

/** Everybody's accounts. */
export function AccountsPage() {
  const filter = route.useSearch();
  const list = useInfiniteQuery({
    ...accountsQuery(filter),
    placeholderData: keepPreviousData,
  });
  const accounts = list.data?.pages.flatMap((page) => page.accounts);
  return (
    <>
      <PageTitle title="Accounts" />
      <Section title="Newest first" aside={<Filters />}>
        <PagedList
          query={list}
          count={accounts?.length}
          empty={
            <Text c="dimmed">
              No account matches. Choose “Any status”, or search for another part of the address.
            </Text>
          }
          more="Show more"
        >
          <RowsTable label="Accounts" columns={COLUMNS} rows={accounts ?? []} keyOf={({ id }) => id} />
        </PagedList>
      </Section>
    </>
  );
}

function Filters() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(filter.search ?? '');
  const narrow = (change: Record<string, unknown>) =>
    void navigate({ search: (now) => accountFilterIn({ ...now, ...change }), replace: true });
  const search = useDebouncedCallback((typed: string) => narrow({ search: typed.trim() }), TYPED_MS);
  return (
    <Group gap="sm">
      <TextInput
        type="search"
        aria-label="Search in addresses"
        placeholder="Search in addresses"
        leftSection={<IconSearch size={16} aria-hidden />}
        maxLength={MOST_SEARCHED}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          search(value);
        }}
        w={{ base: '100%', xs: 240 }}
      />
      <Select
        aria-label="Status"
        data={[{ value: '', label: 'Any status' }, ...ACCOUNT_STATUSES]}
        value={filter.status ?? ''}
        onChange={(status) => narrow({ status })}
        allowDeselect={false}
        w={150}
      />
    </Group>
  );
}
