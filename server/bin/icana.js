#!/usr/bin/env node
// Starts the command under the Node.js the service is written for. Plain JavaScript, so that an old Node.js can read
// it and say what is wrong.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const NEEDED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  keepYoungMemorySmall();
  await import('../src/main.ts');
} else {
  const node = pinnedNode();
  if (node) startAgain(node);
  else complain();
}

/**
 * Keeps the part of the heap where new objects live as small as it is now, before anything is loaded. A chunk of an
 * upload is a small object there and 64 kB elsewhere, let go only when that part has filled up: with the 16 MB it would
 * grow to, a recording of 500 MB holds 65 to 75 MB of finished chunks (`server/bench/uploads.ts`).
 */
function keepYoungMemorySmall() {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** The Node.js that `npm ci` installed beside the other packages. */
function pinnedNode() {
  const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const candidates = ['bin/node', 'bin/node.exe'].map((name) => join(folder, name));
  return candidates.find((candidate) => existsSync(candidate));
}

function complain() {
  const found = process.versions.node;
  console.error(
    `Icana needs Node.js ${NEEDED_MAJOR} and this is ${found}. Run npm ci again, with install scripts on: it brings the right one.`,
  );
  process.exitCode = 1;
}

function startAgain(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
