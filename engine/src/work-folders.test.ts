import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { createWorkFolders } from './work-folders.ts';

const parent = mkdtempSync(join(tmpdir(), 'icana-folders-'));
afterAll(() => rmSync(parent, { recursive: true }));

test('what killed processes have left is removed, and nothing else', async () => {
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(ended, 'exit');
  const orphan = `icana-work-${ended.pid}-abc`;
  const others = [`icana-work-${process.ppid}-abc`, 'icana-work-notes', 'recordings'];
  for (const name of [orphan, ...others]) mkdirSync(join(parent, name, 'inside'), { recursive: true });

  const folders = createWorkFolders(parent);
  const folder = await folders.make();
  expect(readdirSync(parent).toSorted()).toEqual([...others, folder.slice(parent.length + 1)].toSorted());

  await folders.remove(folder);
  expect(existsSync(folder)).toBe(false);
});
