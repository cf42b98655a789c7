import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

import classes from './rows-table.module.css';

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers are set to the right, buttons too, and these need no heading in a card; times stay in one line. */
  readonly kind?: 'number' | 'time' | 'actions';
}

/** A table; on a phone or a tablet each row is a card. The first column says what a row is about. */
export function RowsTable<Row>(props: {
  /** Read out to people who do not see the heading above it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
}) {
  const { label, columns, rows, keyOf } = props;
  const classOf = ({ kind }: Column<Row>) => (kind ? classes[kind] : undefined);
  return (
    // As blocks, which they are on a phone, tables and their parts would no longer be told of as such.
    <table className={classes['table']} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.heading} scope="col" role="columnheader" className={classOf(column)}>
              {column.kind === 'actions' ? <VisuallyHidden>{column.heading}</VisuallyHidden> : column.heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map((column, index) => (
              <td
                key={column.heading}
                role="cell"
                className={classOf(column)}
                {...(index > 0 && column.kind !== 'actions' && { 'data-label': column.heading })}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
