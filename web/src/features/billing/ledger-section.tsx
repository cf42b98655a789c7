import type { Movement } from '@icana/contract/app';
import { Anchor, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { formatMoney, formatTime } from '../../lib/format.ts';
import { PagedList } from '../../ui/paged-list.tsx';
import { RowsTable, type Column } from '../../ui/rows-table.tsx';
import { Section } from '../../ui/section.tsx';
import { ledgerQuery, type MovementFilter } from './billing-queries.ts';

const FILTERS = [
  { value: 'all', label: 'Everything' },
  { value: 'credit', label: 'Credit and payments' },
];

const CHANGES: readonly Column<Movement>[] = [
  { heading: 'What', cell: (movement) => <What movement={movement} /> },
  { heading: 'When', kind: 'time', cell: ({ at }) => <time dateTime={at}>{formatTime(at)}</time> },
  {
    heading: 'Change',
    kind: 'number',
    cell: ({ availableChangeMicroAud: change }) => (
      <Text component="span" inherit {...(change > 0 && { c: 'brand' })}>
        {change > 0 && '+'}
        {formatMoney(change)}
      </Text>
    ),
  },
];

const COLUMNS: Readonly<Record<MovementFilter, readonly Column<Movement>[]>> = {
  credit: CHANGES,
  // The balance adds up only where no movement is left out.
  all: [
    ...CHANGES,
    {
      heading: 'Credit left',
      kind: 'number',
      cell: ({ availableMicroAud }) => availableMicroAud !== null && formatMoney(availableMicroAud),
    },
  ],
};

/** Every movement of the balance, newest first. */
export function LedgerSection() {
  const [show, setShow] = useState<MovementFilter>('all');
  const list = useInfiniteQuery(ledgerQuery(show));
  const movements = list.data?.pages.flatMap((page) => page.movements);
  return (
    <Section
      title="History"
      aside={
        <Group gap="sm">
          <SegmentedControl
            data={FILTERS}
            value={show}
            // One of the values above.
            onChange={(value) => setShow(value as MovementFilter)}
            aria-label="Which movements"
            size="sm"
          />
          <Button
            component="a"
            href="/app/billing/ledger.csv"
            download
            variant="default"
            size="sm"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            CSV
          </Button>
        </Group>
      }
    >
      <PagedList
        query={list}
        count={movements?.length}
        empty={<Text c="dimmed">Nothing has moved yet.</Text>}
        more="Show older ones"
      >
        <RowsTable
          label="Movements of credit"
          columns={COLUMNS[show]}
          rows={movements ?? []}
          keyOf={({ id }) => id}
        />
      </PagedList>
    </Section>
  );
}

function What({ movement }: { movement: Movement }) {
  const { title, fileName, jobId, note, receiptId } = movement;
  const charged = chargedOf(movement);
  return (
    <>
      <Text component="span" fz="sm" fw={500}>
        {title}
      </Text>
      {fileName !== null && (
        <Text component="span" fz="sm">
          {': '}
          {jobId === null ? (
            fileName
          ) : (
            <Anchor component={Link} to={`/jobs/${jobId}`} inherit underline="always">
              {fileName}
            </Anchor>
          )}
        </Text>
      )}
      {charged !== null && (
        <Text fz="xs" c="dimmed">
          {formatMoney(charged)} charged, from what was reserved
        </Text>
      )}
      {note !== null && (
        <Text fz="xs" c="dimmed">
          {note}
        </Text>
      )}
      {receiptId !== null && (
        <Anchor component={Link} to={`/billing/receipts/${receiptId}`} fz="xs" display="block">
          Receipt
        </Anchor>
      )}
    </>
  );
}

/** What a finished transcript cost; null for other movements. */
const chargedOf = ({ kind, availableChangeMicroAud, heldChangeMicroAud }: Movement): number | null =>
  kind === 'settle' ? 0 - availableChangeMicroAud - heldChangeMicroAud : null;
