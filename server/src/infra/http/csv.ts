import { pipeline, type Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { FastifyReply } from 'fastify';

/** A column of a table: its heading, and what it has of a row. Numbers stay numbers. */
export interface Column<Row> {
  readonly heading: string;
  readonly of: (row: Row) => string | number | null;
}

/**
 * Sends a table as a file that spreadsheets open, a row at a time. Text that one would take for a formula (a recording
 * can be named `=HYPERLINK(…)`) is marked as text.
 */
export function sendCsv<Row>(
  reply: FastifyReply,
  table: { name: string; columns: readonly Column<Row>[]; rows: Iterable<Row> | AsyncIterable<Row> },
): Readable {
  const { name, columns, rows } = table;
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .header('cache-control', 'no-store');
  const text = stringify({
    header: true,
    columns: columns.map(({ heading }) => heading),
    // Without it a spreadsheet reads the letters of another alphabet as nonsense.
    bom: true,
    record_delimiter: '\r\n',
    escape_formulas: true,
  });
  async function* cells() {
    for await (const row of rows) yield columns.map(({ of }) => of(row));
  }
  // An error destroys the text, and with it the answer: a table that broke off does not look like a whole one.
  pipeline(cells, text, () => undefined);
  return text;
}
