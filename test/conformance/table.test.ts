import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const CHAPTERS = 'test/conformance/chapters';

/** A line of the contract: in the table, or in the suite. */
interface Line {
  readonly id: string;
  readonly sentence: string;
  /** The test's file, from the repository's root. */
  readonly file: string;
}

interface Row extends Line {
  readonly mark: string;
  /** The name of the test, where it is not one of the suite's. */
  readonly testName: string | undefined;
}

const read = async (file: string): Promise<string> => await readFile(path.join(REPOSITORY, file), 'utf8');

const ROW =
  /^\| `(?<id>[\w.-]+)` +\| (?<mark>\S+) +\| (?<sentence>.+?) +\| \[[^\]]+\]\(\.\.\/(?<file>\S+)\)(?:: “(?<testName>.+)”)? +\|$/gm;

async function rowsOfTable(): Promise<Row[]> {
  const matches = (await read('docs/conformance.md')).matchAll(ROW);
  return [...matches].map(({ groups }) => ({ ...groups }) as unknown as Row);
}

const LINE = /^line\(\s*'(?<id>[^']+)',\s*(?<quote>['"])(?<sentence>.+?)\k<quote>,/gm;

async function linesOfSuite(): Promise<Line[]> {
  const files = (await readdir(path.join(REPOSITORY, CHAPTERS))).map((name) => `${CHAPTERS}/${name}`);
  const found = await Promise.all(
    files.map(async (file) =>
      [...(await read(file)).matchAll(LINE)].map(({ groups }) => ({
        id: groups!['id']!,
        sentence: groups!['sentence']!,
        file,
      })),
    ),
  );
  return found.flat();
}

const byId = (lines: readonly Line[]): Line[] =>
  lines
    .map(({ id, sentence, file }) => ({ id, sentence, file }))
    .toSorted((one, other) => one.id.localeCompare(other.id));

test('every test of the suite is in the table, and every line of the table is a test of the suite', async () => {
  const ofSuite = (await rowsOfTable()).filter(({ testName }) => testName === undefined);
  const lines = await linesOfSuite();
  expect(byId(ofSuite)).toEqual(byId(lines));
  const calls = await Promise.all([...new Set(lines.map(({ file }) => file))].map(read));
  expect(lines).toHaveLength(calls.join('\n').match(/^line\(/gm)?.length ?? 0);
});

test('a line that no request can prove has a test of the inside, which is named', async () => {
  const rows = await rowsOfTable();
  const proven = await Promise.all(
    rows.map(async ({ file, testName }) => testName === undefined || (await read(file)).includes(testName)),
  );
  expect(rows.filter((_, index) => !proven[index])).toEqual([]);
});

test('every line has an id of its own, and says where it comes from', async () => {
  const rows = await rowsOfTable();
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(rows.map(({ mark }) => mark))).toEqual(new Set(['[seed]', '[docs]', '[ours]']));
  // A row that the pattern cannot read would escape the tests above.
  const written = (await read('docs/conformance.md')).match(/^\| `[\w-]+\./gm);
  expect(written).toHaveLength(rows.length);
});
