import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const HERE = import.meta.dirname;
const DIST = path.join(HERE, 'dist');
/** What the pages are made of: when none of it has changed, neither have they. */
const SOURCES = [
  'src',
  'index.html',
  'vite.config.ts',
  'build.ts',
  '../contract/src',
  '../package-lock.json',
];
const STAMP = 'built-from';
const COMPRESSIBLE = /\.(?:js|css|svg|html)$/;

/**
 * The folder with the pages, built from their sources where they have changed since the last time: some seconds on a
 * fresh clone, none later. Of several processes at once each builds, and the first one's pages stay.
 *
 * @param options.onBuild is told that it will take a moment
 * @throws Error when they cannot be built
 */
export async function builtPages({ onBuild = () => {} }: { onBuild?: () => void } = {}): Promise<string> {
  const wanted = await fingerprint();
  if ((await stampOf(DIST)) === wanted) return DIST;
  onBuild();
  const fresh = await mkdtemp(path.join(HERE, 'dist-'));
  try {
    await buildInto(fresh);
    await writeFile(path.join(fresh, STAMP), wanted);
    return await put(fresh, wanted);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function buildInto(outDir: string): Promise<void> {
  const { build } = await import('vite');
  await inProduction(
    async () =>
      await build({
        configFile: path.join(HERE, 'vite.config.ts'),
        logLevel: 'warn',
        build: { outDir, emptyOutDir: true },
      }),
  );
  for (const file of await filesUnder(outDir)) {
    if (COMPRESSIBLE.test(file)) await compress(file);
  }
}

/** What is built for use is the same whoever builds it, tests too: the build goes by what kind of process it runs in. */
async function inProduction(work: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV: before } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

/** Once here instead of for every visitor. */
async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
}

/** Moves the fresh pages into place, unless another process was there before with the same. */
async function put(fresh: string, wanted: string): Promise<string> {
  for (let tries = 0; tries < 5; tries += 1) {
    if ((await stampOf(DIST)) === wanted) return DIST;
    await rm(DIST, { recursive: true, force: true });
    const moved = await rename(fresh, DIST).then(
      () => true,
      () => false,
    );
    if (moved) return DIST;
  }
  throw new Error(`The pages could not be put into ${DIST}: something else writes there.`);
}

const stampOf = async (folder: string): Promise<string | null> =>
  await readFile(path.join(folder, STAMP), 'utf8').catch(() => null);

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesUnder(path.resolve(HERE, source))) {
      hash
        .update(path.relative(HERE, file))
        .update('\0')
        .update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** A file itself, or all there are in a folder, always in the same order. */
async function filesUnder(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [place];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
