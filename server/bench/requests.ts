/**
 * `npm run bench` runs it: how many reads a second the service answers beside a server that does nothing but one indexed
 * query, and whether it matters how many jobs there are. Everything is measured in turns in one run, so that ratios
 * hold on any machine, however busy. Exits with 1 when a goal is missed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { startDeployment } from './requests/deployment.ts';
import { measureRates, median, medianRatio } from './requests/load.ts';

const FEW_JOBS = 1_000;
const MANY_JOBS = 1_000_000;
const ROUNDS = 11;
const LEAST_OF_BARE = 0.7;
const LEAST_OF_FEW = 0.9;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'icana-bench-'));
  const log = openSync(path.join(folder, 'log'), 'w');
  // Closed in reverse, whatever happens.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true }));
  const deploy = async (name: string, jobs: number) =>
    opened.adopt(await startDeployment({ folder: path.join(folder, name), jobs, log }), (it) => it.close());

  console.log(`Filling tables with ${FEW_JOBS} and ${MANY_JOBS} jobs …`);
  const few = await deploy('few', FEW_JOBS);
  const many = await deploy('many', MANY_JOBS);
  const bare = opened.adopt(await startBareServer(many.databaseUrl, log), (it) => it.close());
  console.log(`Measuring ${ROUNDS} rounds of each …`);
  const rates = await measureRates(
    {
      bare: { url: bare.url, paths: many.jobIds.map((id) => `/jobs/${id}`) },
      read: many.reads,
      readOfFew: few.reads,
      list: many.lists,
      listOfFew: few.lists,
    },
    { rounds: ROUNDS },
  );
  console.log(`One indexed query and nothing else: ${perSecond(rates.bare)}`);
  console.log(`GET /jobs/{id}: ${perSecond(rates.read)}; GET /jobs: ${perSecond(rates.list)}`);
  const met = [
    judge('GET /jobs/{id} over one indexed query', medianRatio(rates.read, rates.bare), LEAST_OF_BARE),
    judge('GET /jobs/{id} with many jobs over few', medianRatio(rates.read, rates.readOfFew), LEAST_OF_FEW),
    judge('GET /jobs with many jobs over few', medianRatio(rates.list, rates.listOfFew), LEAST_OF_FEW),
  ];
  if (met.includes(false)) process.exitCode = 1;
}

const perSecond = (rates: readonly number[]): string => `${Math.round(median(rates))} requests a second`;

function judge(what: string, ratio: number, goal: number): boolean {
  const met = ratio >= goal;
  console.log(`${what}: ${ratio.toFixed(2)} (goal: at least ${goal})${met ? '' : ' MISSED'}`);
  return met;
}

async function startBareServer(databaseUrl: string, log: number) {
  const script = path.join(import.meta.dirname, 'requests/bare-server.ts');
  const child = spawn(process.execPath, [script, databaseUrl], { stdio: ['pipe', 'pipe', log] });
  const exited = once(child, 'exit');
  // Both are pipes.
  const line = await createInterface({ input: child.stdout! })[Symbol.asyncIterator]().next();
  if (line.done) throw new Error('The bare server did not start.');
  return {
    url: (JSON.parse(line.value) as { url: string }).url,
    async close() {
      child.stdin!.end();
      await exited;
    },
  };
}

await main();
