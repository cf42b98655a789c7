import type { Movement } from '@icana/contract/app';
import { Anchor, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { formatMoney, formatTime } from '../../lib/format.ts';
import { PagedList } from '../../ui/paged-list.tsx';
import { Section } from '../../ui/section.tsx';
import { ledgerQuery, type MovementFilter } from './billing-queries.ts';
import classes from './ledger.module.css';

const FILTERS = [
  { value: 'all', label: 'Everything' },
  { value: 'credit', label: 'Credit and payments' },
];

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
        <MovementTable movements={movements ?? []} />
      </PagedList>
    </Section>
  );
}

function MovementTable({ movements }: { movements: readonly Movement[] }) {
  const hasBalances = movements.some(({ availableMicroAud }) => availableMicroAud !== null);
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col" className={classes['amount']}>
            Change
          </th>
          {hasBalances && (
            <th scope="col" className={classes['amount']}>
              Credit after it
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {movements.map((movement) => (
          <MovementRow key={movement.id} movement={movement} />
        ))}
      </tbody>
    </table>
  );
}

function MovementRow({ movement }: { movement: Movement }) {
  const { at, availableChangeMicroAud: change, availableMicroAud } = movement;
  return (
    <tr>
      <td className={classes['when']}>
        <time dateTime={at}>{formatTime(at)}</time>
      </td>
      <td className={classes['what']}>
        <What movement={movement} />
      </td>
      <td className={classes['amount']} data-label="Change">
        <Text component="span" inherit {...(change > 0 && { c: 'brand' })}>
          {change > 0 && '+'}
          {formatMoney(change)}
        </Text>
      </td>
      {availableMicroAud !== null && (
        <td className={classes['amount']} data-label="Credit after it">
          {formatMoney(availableMicroAud)}
        </td>
      )}
    </tr>
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
