import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A program of ours in a process of its own, which says JSON values line by line. */
export interface TestChild {
  readonly process: ChildProcess;
  /** The next thing it says. Rejects when it ends without a further word. */
  next<Value>(): Promise<Value>;
  /** Ends it the hard way, as a crash or `kill -9` would. */
  kill(): Promise<void>;
  /** Closes its stdin, by which it knows that it shall end, and waits until it has. */
  end(): Promise<void>;
}

/** Starts `test/support/children/NAME.ts`. */
export function startChild(name: string, ...args: string[]): TestChild {
  const script = path.join(import.meta.dirname, 'children', `${name}.ts`);
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  return {
    process: child,
    async next<Value>() {
      const line = await lines.next();
      if (line.done) throw new Error(`the child process ${name} ended without a word`);
      return JSON.parse(line.value) as Value;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}
