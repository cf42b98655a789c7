import type { OperatorAction } from '@icana/contract/app';
import { Text } from '@mantine/core';

import { formatTime } from '../../lib/format.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { RowsTable, type Column } from '../../ui/rows-table.tsx';
import { actionWords, detailWords } from './action-words.ts';

const COLUMNS: readonly Column<OperatorAction>[] = [
  {
    heading: 'What',
    cell: (action) => (
      <>
        <strong>{action.who}</strong> {actionWords(action)} <About action={action} />
        <Text fz="sm" c="dimmed">
          {detailWords(action)}
        </Text>
      </>
    ),
  },
  { heading: 'When', kind: 'time', cell: ({ at }) => <time dateTime={at}>{formatTime(at)}</time> },
];

/** What operators did, newest first. */
export function ActionsTable({ actions }: { actions: readonly OperatorAction[] }) {
  return <RowsTable label="What operators did" columns={COLUMNS} rows={actions} keyOf={({ id }) => id} />;
}

function About({ action: { about, accountId, email } }: { action: OperatorAction }) {
  if (accountId === null) return about;
  return (
    <>
      {about !== null && `${about} of `}
      <PageLink to="/admin/accounts/$id" params={{ id: accountId }} inherit underline="always">
        {email}
      </PageLink>
    </>
  );
}
