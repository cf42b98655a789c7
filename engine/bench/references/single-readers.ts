import type { Clip } from './data-folder.ts';

/** Clips of one reading, to be joined to a recording of one voice. */
export interface SingleReader {
  readonly name: string;
  readonly clips: readonly Clip[];
}

/** Clips whose names differ in the last number only (`1688-142285-0003.flac`) are of one reading. */
const LAST_NUMBER = /[-_]\d+\.\w+$/u;

const FEWEST_CLIPS = 4;

/** Readings that the clips allow to be put together: each whole, and its halves where they are long enough. */
export function singleReadersOf(clips: readonly Clip[]): SingleReader[] {
  const readings = Map.groupBy(
    clips.filter(({ name }) => LAST_NUMBER.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ({ name }) => name.replace(LAST_NUMBER, ''),
  );
  return [...readings]
    .flatMap(([name, all]) => {
      const half = Math.ceil(all.length / 2);
      return [
        { name, clips: all },
        { name: `${name}, first half`, clips: all.slice(0, half) },
        { name: `${name}, second half`, clips: all.slice(half) },
      ];
    })
    .filter(({ clips: ofReader }) => ofReader.length >= FEWEST_CLIPS);
}
