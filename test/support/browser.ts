/** A real Chromium, out of an npm package: with its own fonts and libraries, it needs nothing of the machine but glibc. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { chromium, type Page, type Route } from 'playwright-core';

/** What the package is made for. */
export const browserRunsHere = process.platform === 'linux' && process.arch === 'x64';

/** In node_modules, so that the next `npm ci` takes it away and nobody else can have put it there. */
const CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache');
const UNPACK = path.join(import.meta.dirname, 'children/unpack-chromium.ts');

/** Less than a test has, so that it is the missing button that is reported. */
const PATIENCE_MS = 30_000;

/**
 * `LAG_MS=2000 npm run test:browser` lets every request leave late, by up to that long and out of turn: a test that
 * counts on the page being quick fails.
 */
const LAG_MS = Number(process.env['LAG_MS'] ?? 0);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Browser = Awaited<ReturnType<typeof startBrowser>>;

/** Starts the browser: in `beforeAll`, and `close()` it in `afterAll`. */
export async function startBrowser() {
  const folder = await unpackOnce();
  const browser = await chromium.launch({
    executablePath: path.join(folder, 'chromium'),
    args: FLAGS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: await describeFonts(folder),
    },
  });
  return {
    /**
     * Opens an address on a screen of that width, which is a phone's up to 600.
     *
     * @returns the page, and a list that grows with everything it does that a page of ours must not: write an error,
     *   throw one, fail to load a part, ask another host
     */
    async open(url: string, { width }: { width: number }) {
      // A context of its own: whoever signs in there is signed in nowhere else, and axe opens pages beside it.
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        isMobile: width <= 600,
        // The machine's own can be one that no person has, such as `en-US@posix`.
        locale: 'en-AU',
      });
      if (LAG_MS > 0) await context.route('**/*', delay);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      const offences = watch(page, new URL(url).origin);
      await page.goto(url);
      return { page, offences };
    },
    close: () => browser.close(),
  };
}

async function delay(route: Route): Promise<void> {
  await sleep(Math.random() * LAG_MS);
  // The page may have given it up meanwhile, or be gone.
  await route.continue().catch(() => undefined);
}

function watch(page: Page, home: string): string[] {
  const offences: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') offences.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => offences.push(`thrown: ${error.message}`));
  page.on('requestfailed', (request) => {
    // What a page has given up itself is no failure: an answer that it wants newer, a file that it has seen enough of.
    const { errorText } = request.failure() ?? {};
    if (errorText !== 'net::ERR_ABORTED') offences.push(`failed: ${request.url()} ${errorText}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== home) offences.push(`elsewhere: ${request.url()}`);
  });
  return offences;
}

/** Unpacks beside the cache and moves there in one step, so that what is in the cache is always whole. */
async function unpackOnce(): Promise<string> {
  const folder = path.join(CACHE, 'chromium');
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(path.join(CACHE, 'chromium-'));
  // The name of a machine that has none of the libraries makes the package bring them.
  const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  await promisify(execFile)(process.execPath, [UNPACK], { env });
  await rename(fresh, folder).catch(async (error: unknown) => {
    // Another test file may have been faster.
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** The package's own list of fonts names folders that are not ours. */
async function describeFonts(folder: string): Promise<string> {
  const file = path.join(folder, 'fonts.conf');
  const places = `<dir>${path.join(folder, 'fonts')}</dir><cachedir>${path.join(folder, 'fonts-cache')}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${places}</fontconfig>\n`);
  return file;
}
