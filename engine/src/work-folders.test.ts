import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createWorkFolders } from './work-folders.ts';

let parent: string;
beforeEach(() => void (parent = mkdtempSync(join(tmpdir(), 'icana-folders-'))));
afterEach(() => rmSync(parent, { recursive: true }));

/** A folder of this process, which is still at work in it, and the parts of its name. */
async function ownFolder() {
  const own = basename(await createWorkFolders(parent).make());
  const [, host, pid, started] = /^icana-work-(.+)-(\d+)-(\d+)-[^-]+$/.exec(own)!;
  expect(Number(pid)).toBe(process.pid);
  return { own, host, started };
}

/** As if left by somebody, with recordings inside. */
function leave(...names: readonly string[]): void {
  for (const name of names) mkdirSync(join(parent, name, 'inside'), { recursive: true });
}

/** What is left when a process starts to work here. */
async function leftAtStart(): Promise<string[]> {
  const folders = createWorkFolders(parent);
  await folders.remove(await folders.make());
  return readdirSync(parent).toSorted();
}

test('what killed processes have left is removed, and nothing else', async () => {
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(ended, 'exit');
  const { own, host, started } = await ownFolder();
  const others = [`icana-work-${host}-${process.ppid}-${started}-abc`, 'icana-work-notes', 'recordings'];
  leave(`icana-work-${host}-${ended.pid}-${started}-abc`, ...others);
  expect(await leftAtStart()).toEqual([...others, own].toSorted());
});

test('what a killed process has left is removed by one that was given the same id, as in a container', async () => {
  const { own, host, started } = await ownFolder();
  leave(`icana-work-${host}-${process.pid}-${Number(started) - 60_000}-abc`);
  expect(await leftAtStart()).toEqual([own]);
});

test('what belongs to another host is left alone until nobody has touched it for days', async () => {
  const { own, host, started } = await ownFolder();
  const [fresh, old] = ['abc', 'def'].map((end) => `icana-work-not-${host}-${process.pid}-${started}-${end}`);
  leave(fresh!, old!);
  const now = Date.now() / 1000;
  for (const [name, days] of [
    [fresh!, 2],
    [old!, 4],
  ] as const) {
    utimesSync(join(parent, name), now, now - days * 24 * 3600);
  }
  expect(await leftAtStart()).toEqual([own, fresh!].toSorted());
});
