import { readFileSync, globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const FEATURES = import.meta.dirname;
const ARCHITECTURE = path.join(FEATURES, '../../../ARCHITECTURE.md');

/** What each feature imports of others, tests left out. */
function importsOfFeatures(): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const file of globSync('*/**/*.ts', { cwd: FEATURES })) {
    if (file.endsWith('.test.ts')) continue;
    const feature = file.split(path.sep)[0]!;
    const others = imports.get(feature) ?? new Set();
    imports.set(feature, others);
    for (const [, imported] of readFileSync(path.join(FEATURES, file), 'utf8').matchAll(
      / from '(\.[^']+)'/g,
    )) {
      const [other, ...rest] = path.join(path.dirname(file), imported!).split(path.sep);
      if (other !== '..' && rest.length > 0 && other !== feature) others.add(other!);
    }
  }
  return imports;
}

/** The table in ARCHITECTURE.md: each feature, and what it stands on. */
function documentedFeatures(): Map<string, string[]> {
  const table = readFileSync(ARCHITECTURE, 'utf8').split('| feature |')[1]!.split('\n\n')[0]!;
  const rows = table.matchAll(/^\| `([a-z-]+)` \| .+? \|(.*)\|$/gm);
  return new Map(
    [...rows].map(([, name, others]) => [
      name!,
      others!
        .split(',')
        .map((other) => other.trim())
        .filter(Boolean),
    ]),
  );
}

test('a feature stands on those that ARCHITECTURE.md says, all of which come before it there', () => {
  const imports = importsOfFeatures();
  const documented = documentedFeatures();
  const order = [...documented.keys()];
  expect(order.toSorted()).toEqual([...imports.keys()].toSorted());
  for (const [feature, others] of documented) {
    expect([...imports.get(feature)!].toSorted(), feature).toEqual(others);
    const before = order.slice(0, order.indexOf(feature));
    expect(before, feature).toEqual(expect.arrayContaining(others));
  }
});
