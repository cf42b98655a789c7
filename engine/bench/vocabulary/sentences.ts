import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = import.meta.dirname;
export const RECORDINGS_FOLDER = join(FOLDER, 'recordings');

/** Settings are chosen on one half of the words; the figures that count are those of the other. */
export const HALVES = ['settings', 'held-out'] as const;
type Half = (typeof HALVES)[number];

export interface Sentence {
  readonly number: number;
  readonly half: Half;
  /** As it should be written. */
  readonly text: string;
  /** As the voices are told to say it. */
  readonly spoken: string;
  /** The prompt words in it: none in a sentence that only sounds like some. */
  readonly promptWords: readonly string[];
  /** Paths of the recordings of it, each in another voice. */
  readonly recordings: readonly string[];
}

/** Names and terms that fill a prompt up to 200 words and are nowhere said. */
export function readUnspokenWords(): string[] {
  return readFileSync(join(FOLDER, 'unspoken.txt'), 'utf8').trim().split(', ');
}

/** In `sentences.tsv` a prompt word stands as `{written|spoken}`. */
const MARKED_WORD = /\{([^|}]+)\|([^}]+)\}/g;

/** Reads `sentences.tsv`: a half and a sentence a line, numbered from 1. */
export function readSentences(): Sentence[] {
  const recordings = recordingsByNumber();
  const [, ...lines] = readFileSync(join(FOLDER, 'sentences.tsv'), 'utf8').trim().split('\n');
  return lines.map((line, index) => {
    const [half, marked] = line.split('\t') as [Half, string];
    return {
      number: index + 1,
      half,
      text: marked.replace(MARKED_WORD, '$1'),
      spoken: marked.replace(MARKED_WORD, '$2'),
      promptWords: [...marked.matchAll(MARKED_WORD)].map(([, written]) => written!),
      recordings: recordings.get(index + 1) ?? [],
    };
  });
}

function recordingsByNumber(): Map<number, string[]> {
  const files = readdirSync(RECORDINGS_FOLDER).toSorted();
  const paths = Map.groupBy(files, (file) => Number.parseInt(file, 10));
  return new Map(
    [...paths].map(([number, names]) => [number, names.map((name) => join(RECORDINGS_FOLDER, name))]),
  );
}
