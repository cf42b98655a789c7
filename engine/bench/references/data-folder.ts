import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

import type { SpeakerInterval } from '../scoring/diarization-errors.ts';
import { parseReferences } from './reference-table.ts';
import { parseRttm } from './rttm.ts';
import { parseStm, type SpokenLine } from './stm.ts';

/** A short recording of one language, and what is said in it. */
export interface Clip {
  readonly name: string;
  readonly path: string;
  /** ISO 639 code. */
  readonly language: string;
  readonly text: string;
}

/** A recording of several speakers: who speaks when, who says what in English, or both. */
export interface Conversation {
  readonly name: string;
  readonly path: string;
  readonly turns: readonly SpeakerInterval[] | undefined;
  readonly lines: readonly SpokenLine[] | undefined;
}

export interface DataFolder {
  readonly clips: readonly Clip[];
  readonly conversations: readonly Conversation[];
}

/**
 * Reads the references of a folder of recordings: `asr/references.tsv` beside its clips, and `diarization/NAME.rttm`
 * and `NAME.stm` beside `NAME` in any audio format. Either half may be missing. Clips whose language is marked as
 * uncertain (`en?`) are left out.
 *
 * @throws Error naming the reference that cannot be read or has no recording.
 */
export function readDataFolder(folder: string): DataFolder {
  return {
    clips: readClips(join(folder, 'asr')),
    conversations: readConversations(join(folder, 'diarization')),
  };
}

function readClips(folder: string): Clip[] {
  const text = readIfPresent(join(folder, 'references.tsv'));
  if (text === undefined) return [];
  return parseReferences(text)
    .filter(({ language }) => !language.endsWith('?'))
    .map(({ file, language, reference }) => ({
      name: file,
      path: join(folder, file),
      language,
      text: reference,
    }));
}

function readConversations(folder: string): Conversation[] {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const names = new Set(files.filter(isReference).map((file) => basename(file, extname(file))));
  return [...names].map((name) => {
    const recording = files.find((file) => !isReference(file) && basename(file, extname(file)) === name);
    if (!recording) throw new Error(`${join(folder, name)} has a reference but no recording beside it.`);
    const rttm = readIfPresent(join(folder, `${name}.rttm`));
    const stm = readIfPresent(join(folder, `${name}.stm`));
    return {
      name,
      path: join(folder, recording),
      turns: rttm === undefined ? undefined : parseRttm(rttm),
      lines: stm === undefined ? undefined : parseStm(stm),
    };
  });
}

function isReference(file: string): boolean {
  return ['.rttm', '.stm'].includes(extname(file));
}

function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
