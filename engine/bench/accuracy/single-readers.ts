import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';

import { decodeToPcm } from '../../src/audio/decode.ts';
import type { TranscribeRequest } from '../../src/index.ts';
import type { Transcript } from '../../src/types.ts';
import { singleReadersOf } from '../references/single-readers.ts';
import type { Clip } from '../references/data-folder.ts';
import { wavHeader } from '../speed/long-recording.ts';

export interface ReaderScore {
  readonly name: string;
  readonly speakersFound: number;
}

export interface ReaderRun {
  readonly clips: readonly Clip[];
  readonly transcribe: (request: TranscribeRequest) => Promise<Transcript>;
  readonly concurrency: number;
  /** Takes a line for people after each recording. */
  readonly report: (line: string) => void;
}

/** How many people are heard in recordings of one reader each, made by joining clips. Who reads them is not told. */
export async function measureSingleReaders(run: ReaderRun): Promise<ReaderScore[]> {
  const folder = mkdtempSync(join(tmpdir(), 'icana-single-readers-'));
  try {
    return await pMap(
      singleReadersOf(run.clips),
      async ({ name, clips }) => {
        const path = join(folder, `${name}.wav`);
        joinClips(
          clips.map((clip) => clip.path),
          path,
        );
        const { speakerCount } = await run.transcribe({ path });
        run.report(`${name}: ${clips.length} clips of one reader, ${speakerCount} found`);
        return { name, speakersFound: speakerCount };
      },
      { concurrency: run.concurrency },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function joinClips(paths: readonly string[], output: string): void {
  const frames = paths.flatMap((input) => [
    ...decodeToPcm({ input, output: devNull, maxDurationSeconds: Infinity }),
  ]);
  const file = openSync(output, 'w');
  writeSync(file, wavHeader(frames.reduce((sum, { length }) => sum + length, 0)));
  for (const frame of frames) writeSync(file, frame);
  closeSync(file);
}
