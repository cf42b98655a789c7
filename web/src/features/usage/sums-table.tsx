import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

import { formatMoney } from '../../lib/format.ts';
import classes from './sums-table.module.css';
import type { Sums } from './usage-query.ts';
import { formatCount, formatMinutes } from './usage-words.ts';

export interface SumsRow extends Sums {
  readonly key: string;
  readonly name: ReactNode;
}

/** Sums a line, under what they are of. */
export function SumsTable({ label, of, rows }: { label: string; of: string; rows: readonly SumsRow[] }) {
  return (
    <Table.ScrollContainer minWidth={300} type="native">
      <Table className={classes['table'] ?? ''} verticalSpacing={6} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{of}</Table.Th>
            <Table.Th scope="col">Recordings</Table.Th>
            <Table.Th scope="col">Failed</Table.Th>
            <Table.Th scope="col">Minutes</Table.Th>
            <Table.Th scope="col">Cost</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, name, jobs, failed, audioMs, costMicroAud }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{formatCount(jobs)}</Table.Td>
              <Table.Td>{formatCount(failed)}</Table.Td>
              <Table.Td>{formatMinutes(audioMs)}</Table.Td>
              <Table.Td>{formatMoney(costMicroAud)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
