import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Accounts } from '../accounts/accounts.service.ts';
import type { ApiKeys } from './api-keys.service.ts';

const DEMO_EMAIL = 'demo@icana.local';
const DEMO_KEY_NAME = 'Demo key';
const FILE_NAME = 'demo-api-key';

/**
 * A key that works, for a service that runs with everything embedded: its start prints it together with a command to
 * paste. The first start makes a demo account with the welcome credit. The key itself lies in a file of the data
 * folder that only its owner can read, because a key in the database cannot be shown again; a deployment with a
 * database of its own has no such account and no such file.
 */
export async function ensureDemoKey(parts: {
  accounts: Accounts;
  apiKeys: ApiKeys;
  dataDir: string;
}): Promise<string> {
  const { accounts, apiKeys, dataDir } = parts;
  const file = path.join(dataDir, FILE_NAME);
  const kept = await readKept(file);
  if (kept !== null && (await apiKeys.authenticate(kept, 'startup'))) return kept;
  const account = (await accounts.find(DEMO_EMAIL)) ?? (await accounts.create(DEMO_EMAIL));
  // The file was lost: nobody knows the key that was in it.
  for (const { id, name, revokedAt } of await apiKeys.list(account.id)) {
    if (name === DEMO_KEY_NAME && revokedAt === null) await apiKeys.revoke(account.id, id);
  }
  const { key } = await apiKeys.create(account.id, DEMO_KEY_NAME);
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  return key;
}

async function readKept(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
