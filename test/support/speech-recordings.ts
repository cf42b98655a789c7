import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

/** Real recordings with references, beside the checkout. Not part of the project: their licences allow testing only. */
export const speechFolder = path.resolve(import.meta.dirname, '../../../shared/speech');

const present = existsSync(speechFolder);

export function speechFile(name: string): string {
  return path.join(speechFolder, name);
}

/** Names of the files in one of its folders; none where the recordings are missing. */
export function speechFiles(folder: string): string[] {
  return present ? readdirSync(speechFile(folder)) : [];
}

/** Tests that need the recordings: skipped, and listed as skipped, where the folder is missing. */
export const describeWithSpeech = describe.skipIf(!present);
