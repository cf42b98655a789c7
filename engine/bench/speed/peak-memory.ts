import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('../run-probe.ts', import.meta.url));

export interface Run {
  /** From the file to who said what, the models loaded before. */
  readonly seconds: number;
  /** The most resident memory of the program and of its engine processes, added up. */
  readonly peakBytes: number;
}

/** Transcribes a recording in a program of its own, because a process keeps its peak for life. Linux only. */
export async function runAlone(path: string): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, path]);
  return JSON.parse(stdout) as Run;
}

/** The largest resident set a living process has had, as Linux counts it. */
export function peakResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined)
    throw new Error(`The kernel does not say how much memory process ${pid} took.`);
  return Number(kilobytes) * 1024;
}
