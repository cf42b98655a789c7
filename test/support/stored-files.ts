import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Every file of a service's data folder, whole objects and unfinished ones alike. */
export async function storedFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
