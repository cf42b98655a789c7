import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { OperatorError } from '../../../lib/operator-error.ts';

/** The system account PostgreSQL runs as; `switchTo` is set when that is not the account we run as ourselves. */
export interface SystemAccount {
  readonly switchTo?: { readonly uid: number; readonly gid: number };
}

const isRoot = () => process.getuid?.() === 0;

/**
 * PostgreSQL refuses to run as root, so root's database runs as `nobody`, the one unprivileged account that every
 * system has. Everybody else's runs as themselves.
 */
export async function chooseAccount(): Promise<SystemAccount> {
  if (!isRoot()) return {};
  const run = promisify(execFile);
  try {
    const uid = Number((await run('id', ['-u', 'nobody'])).stdout);
    const gid = Number((await run('id', ['-g', 'nobody'])).stdout);
    return { switchTo: { uid, gid } };
  } catch (cause) {
    throw new OperatorError(
      'PostgreSQL does not run as root and this system has no user "nobody" to run it as: ' +
        'start Icana as an ordinary user or set DATABASE_URL.',
      { cause },
    );
  }
}

/** Whether the account may pass through every folder on the way to `target`, and enter `target` itself. */
export async function isReachableBy(account: SystemAccount, target: string): Promise<boolean> {
  if (!account.switchTo) return true;
  const { uid, gid } = account.switchTo;
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder);
    const executeBit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & executeBit) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}
