export interface Reference {
  readonly file: string;
  readonly language: string;
  readonly reference: string;
}

/**
 * Reads a table of reference texts: tab-separated, its first line naming the columns, among them `file`, `language`
 * and `reference` in any order. Quotation marks are text.
 *
 * @throws Error when a column is missing, or naming the line that lacks a field.
 */
export function parseReferences(text: string): Reference[] {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const field = (row: readonly string[], column: keyof Reference, line: number) => {
    const value = row[header.indexOf(column)];
    if (value === undefined) throw new Error(`Line ${line} of the references has no "${column}".`);
    return value;
  };
  return rows.map((row, index) => ({
    file: field(row, 'file', index + 2),
    language: field(row, 'language', index + 2),
    reference: field(row, 'reference', index + 2),
  }));
}
