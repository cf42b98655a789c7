/** What a command has to say: one record, or a list of them. The keys are the names that `--json` shows. */
export type Answer = Record<string, unknown>;

/** Writes an answer to standard output: as JSON for programs, as aligned text for people. */
export function print(answer: Answer | readonly Answer[], json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(answer) : asText(answer)}\n`);
}

function asText(answer: Answer | readonly Answer[]): string {
  if (!Array.isArray(answer)) return recordAsText(answer as Answer);
  const rows = answer as readonly Answer[];
  return rows.length === 0 ? 'none' : tableAsText(rows);
}

function recordAsText(record: Answer): string {
  const width = Math.max(...Object.keys(record).map((name) => name.length));
  return Object.entries(record)
    .map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`)
    .join('\n');
}

function tableAsText(rows: readonly Answer[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
