import type { OperatedAccountDetail } from '@icana/contract/app';
import { Code, Text } from '@mantine/core';

import { formatDay, formatMoney, formatTime } from '../../../lib/format.ts';
import { PageLink } from '../../../ui/page-link.tsx';
import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { ActionsTable } from '../actions-table.tsx';
import { JobsTable } from '../jobs/jobs-table.tsx';

type Key = OperatedAccountDetail['keys'][number];
type Movement = OperatedAccountDetail['movements'][number];

const KEY_COLUMNS: readonly Column<Key>[] = [
  {
    heading: 'Key',
    cell: ({ name, masked }) => (
      <>
        {name} <Code>{masked}</Code>
      </>
    ),
  },
  { heading: 'Made', cell: ({ createdAt }) => formatDay(createdAt) },
  {
    heading: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : formatTime(lastUsedAt)),
  },
  { heading: 'Revoked', cell: ({ revokedAt }) => (revokedAt === null ? 'no' : formatDay(revokedAt)) },
];

export function KeysSection({ keys }: { keys: readonly Key[] }) {
  return (
    <Section title="API keys">
      {keys.length === 0 ? (
        <Text c="dimmed">No keys yet.</Text>
      ) : (
        <RowsTable
          label="API keys"
          columns={KEY_COLUMNS}
          rows={keys}
          keyOf={({ masked, createdAt }) => masked + createdAt}
        />
      )}
    </Section>
  );
}

export function JobsSection({ detail: { account, jobs } }: { detail: OperatedAccountDetail }) {
  return (
    <Section
      title="Newest jobs"
      aside={
        jobs.length > 0 && (
          <PageLink to="/admin/jobs" search={{ account: account.id }} fz="sm">
            All its jobs
          </PageLink>
        )
      }
    >
      {jobs.length === 0 ? <Text c="dimmed">No recordings yet.</Text> : <JobsTable jobs={jobs} />}
    </Section>
  );
}

const MOVEMENT_COLUMNS: readonly Column<Movement>[] = [
  {
    heading: 'What',
    cell: ({ title, fileName, note }) => (
      <>
        {fileName === null ? title : `${title}: ${fileName}`}
        {note !== null && (
          <Text fz="xs" c="dimmed">
            {note}
          </Text>
        )}
      </>
    ),
  },
  { heading: 'When', kind: 'time', cell: ({ at }) => <time dateTime={at}>{formatTime(at)}</time> },
  {
    heading: 'Credit',
    kind: 'number',
    cell: ({ availableChangeMicroAud: change }) => signed(change),
  },
  { heading: 'Reserved', kind: 'number', cell: ({ heldChangeMicroAud: change }) => signed(change) },
];

const signed = (microAud: number): string =>
  microAud > 0 ? `+${formatMoney(microAud)}` : formatMoney(microAud);

export function LedgerSection({ movements }: { movements: readonly Movement[] }) {
  return (
    <Section title="Newest movements of credit">
      {movements.length === 0 ? (
        <Text c="dimmed">Nothing has moved yet.</Text>
      ) : (
        <RowsTable
          label="Movements of credit"
          columns={MOVEMENT_COLUMNS}
          rows={movements}
          keyOf={({ id }) => id}
        />
      )}
    </Section>
  );
}

export function ActionsSection({ actions }: { actions: OperatedAccountDetail['actions'] }) {
  return (
    <Section title="What operators did">
      {actions.length === 0 ? <Text c="dimmed">Nothing yet.</Text> : <ActionsTable actions={actions} />}
    </Section>
  );
}
