import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

import { SPEECH_FOLDER } from '../../engine/bench/references/speech-folder.ts';

const present = existsSync(SPEECH_FOLDER);

export function speechFile(name: string): string {
  return path.join(SPEECH_FOLDER, name);
}

/** Names of the files in one of its folders; none where the recordings are missing. */
export function speechFiles(folder: string): string[] {
  return present ? readdirSync(speechFile(folder)) : [];
}

/** Tests that need the recordings: skipped, and listed as skipped, where the folder is missing. */
export const describeWithSpeech = describe.skipIf(!present);
