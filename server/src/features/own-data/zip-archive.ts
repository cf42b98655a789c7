import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file in an archive: its text is made when its turn comes, and no sooner. */
export interface ArchivedFile {
  readonly name: string;
  readonly at: Date;
  readonly text: () => AsyncIterable<string>;
}

/**
 * An archive (ZIP) as a stream that is written while it is read, a file at a time: the next one is asked for once the one
 * before has been taken. However large it becomes, it needs the memory of one file, and of the list of names that stands
 * at its end. An error in a file breaks it off; where its reader breaks it off, nothing more is asked for.
 */
export function zipArchive(files: AsyncIterable<ArchivedFile>): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  const breakOff = (error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  zip.on('error', breakOff);
  fill(zip, archive, files).catch(breakOff);
  return archive;
}

async function fill(zip: ZipFile, archive: Readable, files: AsyncIterable<ArchivedFile>): Promise<void> {
  let text: ArchivedFile['text'];
  let taken = Promise.withResolvers<void>();
  // One for all: the archive keeps it with each name, and what it can see.
  const open = (give: (error: null, stream: Readable) => void): void => {
    const stream = Readable.from(text());
    finished(stream).then(taken.resolve, taken.reject);
    give(null, stream);
  };
  archive.once('close', () => taken.resolve());
  for await (const file of files) {
    if (archive.destroyed) return;
    ({ text } = file);
    taken = Promise.withResolvers();
    zip.addReadStreamLazy(file.name, { mtime: file.at }, open);
    await taken.promise;
  }
  zip.end();
}
