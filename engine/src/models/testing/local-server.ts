import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** How a body is sent: whole, a little at a time, or only half before the line goes dead. */
export type Manner = 'whole' | 'slowly' | 'half';

export interface LocalServer {
  readonly url: string;
  /** Paths asked for so far, in order. */
  readonly requests: string[];
  /** `authorization` headers received so far. */
  readonly credentials: string[];
  /** From which bytes on parts of files were asked for so far. */
  readonly ranges: number[];
  /** The manner of the next answers' bodies, and of all after the last one given. */
  answer(...manners: Manner[]): void;
  close(): Promise<void>;
}

/** Serves bodies by path, on a port of this machine. */
export async function serveBodies(bodyOf: (path: string, url: string) => Promise<Buffer | undefined>) {
  const requests: string[] = [];
  const credentials: string[] = [];
  const ranges: number[] = [];
  let manners: Manner[] = ['whole'];

  async function respond(request: IncomingMessage, response: ServerResponse) {
    const path = decodeURIComponent(request.url ?? '/');
    requests.push(path);
    if (request.headers.authorization) credentials.push(request.headers.authorization);
    const body = await bodyOf(path, url);
    if (!body) {
      response.writeHead(404).end();
      return;
    }
    const isDocument = body[0] === '{'.charCodeAt(0);
    const manner = isDocument ? 'whole' : manners[0]!;
    if (!isDocument && manners.length > 1) manners.shift();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (request.headers.range) ranges.push(from);
    const rest = body.subarray(from);
    const range = { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` };
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...(from > 0 && range) });
    await send(rest, response, manner);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const handle: LocalServer = {
    url,
    requests,
    credentials,
    ranges,
    answer: (...next) => void (manners = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return handle;
}

/** An npm registry with one package, whose archive holds `files` by path. */
export async function serveRegistry(name: string, version: string, files: ReadonlyMap<string, Buffer>) {
  const archive = await archiveOf(files);
  return serveBodies(async (path, url) => {
    if (path.endsWith('.tgz')) return archive;
    if (path !== `/${name}`) return undefined;
    const tarball = `${url}/${name}/-/package-${version}.tgz`;
    const versions = { [version]: { name, version, dist: { tarball } } };
    return Buffer.from(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
  });
}

async function archiveOf(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [path, contents] of files) archive.entry({ name: `package/${path}` }, contents);
  archive.finalize();
  const gzip = createGzip({ level: 0 });
  const whole = buffer(gzip);
  for await (const chunk of archive) gzip.write(chunk);
  gzip.end();
  return whole;
}

const SLOW_PART_BYTES = 64 * 1024;
const SLOW_PAUSE_MS = 100;

async function send(body: Buffer, response: ServerResponse, manner: Manner) {
  if (manner === 'whole') {
    response.end(body);
    return;
  }
  const end = manner === 'half' ? body.length / 2 : body.length;
  for (let from = 0; from < end; from += SLOW_PART_BYTES) {
    response.write(body.subarray(from, Math.min(from + SLOW_PART_BYTES, end)));
    await sleep(manner === 'slowly' ? SLOW_PAUSE_MS : 1);
  }
  if (manner === 'half') response.destroy();
  else response.end();
}
