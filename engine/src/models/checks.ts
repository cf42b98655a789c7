import { statSync } from 'node:fs';
import { join } from 'node:path';

import type { Model, ModelFile } from './model.ts';
import { sha256OfFile } from './verified-file.ts';

export interface FileFault {
  readonly file: ModelFile;
  readonly problem: 'missing' | 'wrong size' | 'wrong SHA-256';
}

/** What is wrong with the files of a model in a folder; empty when all is well. */
export type Check = (model: Model, folder: string) => FileFault[] | Promise<FileFault[]>;

/** One `stat` a file: cheap enough for every start, and enough to notice what a broken copy leaves. */
export function faultsBySize(model: Model, folder: string): FileFault[] {
  return model.files.flatMap((file): FileFault[] => {
    const found = statSync(join(folder, file.name), { throwIfNoEntry: false });
    if (!found) return [{ file, problem: 'missing' }];
    return found.size === file.bytes ? [] : [{ file, problem: 'wrong size' }];
  });
}

/** Reads every byte. */
export async function faultsByHash(model: Model, folder: string): Promise<FileFault[]> {
  const faults = faultsBySize(model, folder);
  const fullSize = model.files.filter((file) => !faults.some((fault) => fault.file === file));
  for (const file of fullSize) {
    const actual = await sha256OfFile(join(folder, file.name));
    if (actual !== file.sha256) faults.push({ file, problem: 'wrong SHA-256' });
  }
  return faults;
}
