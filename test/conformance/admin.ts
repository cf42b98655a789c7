import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Target } from './target.ts';

/** An API key as an operator sees it. */
export interface KeyRecord {
  readonly name: string;
  /** Prefix and last four characters. */
  readonly masked: string;
  readonly revoked_at: string | null;
}

/** What an operator can do and a customer cannot: all that the suite asks of a server besides its API. */
export interface Admin {
  /** Makes an active account with the welcome credit. */
  createAccount(email: string): Promise<void>;
  /** Adds credit in AUD, or takes it: `0.5`, `-0.940001`. */
  addCredit(email: string, amount: string): Promise<void>;
  setStatus(email: string, step: 'suspend' | 'restore' | 'close'): Promise<void>;
  /** Answers with the key itself, which nothing shows again. */
  createKey(email: string, name: string): Promise<string>;
  listKeys(email: string): Promise<KeyRecord[]>;
  revokeKey(email: string, name: string): Promise<void>;
}

/** An operator who types commands and reads JSON. Every method rejects when the command fails. */
export function createCommandLineAdmin(target: Target): Admin {
  const { adminCommand, adminFolder, adminEnvironment } = target;
  const [program = '', ...words] = adminCommand;

  async function run(...args: string[]): Promise<unknown> {
    const options = { cwd: adminFolder, env: { ...process.env, ...adminEnvironment } };
    const { stdout } = await promisify(execFile)(program, [...words, ...args, '--json'], options);
    return JSON.parse(stdout);
  }

  return {
    createAccount: async (email) => void (await run('account', 'create', email)),
    addCredit: async (email, amount) => void (await run('credit', email, amount, '--reason', 'conformance')),
    setStatus: async (email, step) => void (await run('account', step, email)),
    createKey: async (email, name) => ((await run('key', 'create', email, name)) as { key: string }).key,
    listKeys: async (email) => (await run('key', 'list', email)) as KeyRecord[],
    revokeKey: async (email, name) => void (await run('key', 'revoke', email, name)),
  };
}
