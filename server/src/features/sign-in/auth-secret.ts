import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE_NAME = 'auth-secret';
const RANDOM_BYTES = 32;

/**
 * What sessions and links are signed with: the operator's, or a random one that lies in a file of the data folder which
 * only its owner can read. Not in the database, so that nobody who reads it can sign in as others.
 */
export async function readAuthSecret(settings: {
  authSecret?: string | undefined;
  dataDir: string;
}): Promise<string> {
  const secret = settings.authSecret ?? (await readOrMake(settings.dataDir));
  return createHash('sha256').update(secret).digest('hex');
}

async function readOrMake(dataDir: string): Promise<string> {
  const file = path.join(dataDir, FILE_NAME);
  await mkdir(dataDir, { recursive: true });
  // Written beside and linked: of processes that start at once, one makes the secret, and nobody reads half of it.
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await writeFile(fresh, randomBytes(RANDOM_BYTES).toString('base64url'), { mode: 0o600 });
  try {
    await link(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return await readFile(file, 'utf8');
}
