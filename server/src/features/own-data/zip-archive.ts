import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file in an archive: its text is made when its turn comes, and no sooner. */
export interface ArchivedFile {
  readonly name: string;
  readonly at: Date;
  readonly text: () => AsyncIterable<string>;
}

/**
 * An archive (ZIP) as a stream that is written while it is read, a file at a time: however large it becomes, it needs
 * the memory of one file. An error in a file breaks it off.
 */
export function zipArchive(files: AsyncIterable<ArchivedFile>): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  const breakOff = (error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  zip.on('error', breakOff);
  fill(zip, files).catch(breakOff);
  return archive;
}

async function fill(zip: ZipFile, files: AsyncIterable<ArchivedFile>): Promise<void> {
  for await (const { name, at, text } of files) {
    zip.addReadStreamLazy(name, { mtime: at }, (give) => give(null, Readable.from(text())));
  }
  zip.end();
}
