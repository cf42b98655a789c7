import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createHttpServer, type HttpServer } from './http-server.ts';
import { addPages } from './pages.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let folder: string;
let server: HttpServer;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'icana-pages-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Pages</title>');
  await writeFile(path.join(folder, 'assets', 'main-1a2b.js'), 'start()');
  await writeFile(path.join(folder, 'assets', 'main-1a2b.js.gz'), gzipSync('start()'));
  await writeFile(path.join(folder, 'secret.txt'), 'not for anybody');
  server = await createHttpServer({ log: pino({ level: 'silent' }) });
  await addPages(server, { folder });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (at: string, headers: Record<string, string> = {}) => fetch(new URL(at, url), { headers });

test.each(['/', '/jobs/0197f3f0-8d5e-7000-8000-000000000000', '/nowhere?x=1', '/jobs/api/v1'])(
  '%s is a page to a browser, asked for again each time',
  async (at) => {
    const answer = await get(at, BROWSER);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=0');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(await answer.text()).toContain('<title>Pages</title>');
  },
);

test.each(['/api/v1/nothing', '/app/nothing', '/v1', '/openapi.json', '/assets/missing.js'])(
  '%s is no page, whoever asks',
  async (at) => {
    const answer = await get(at, BROWSER);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ detail: expect.stringContaining('no such endpoint') });
  },
);

test('a program is told that there is nothing', async () => {
  expect((await get('/nowhere', { accept: 'application/json' })).status).toBe(404);
});

test('what a page is made of is sent compressed, and kept for ever', async () => {
  const answer = await get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip' });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await answer.text()).toBe('start()');
});

test.each(['/assets/../secret.txt', '/assets/%2e%2e/secret.txt', '/assets/..%2fsecret.txt', '/secret.txt'])(
  '%s leads to nothing but pages',
  async (at) => {
    const raw = await fetch(`${url}${at}`, { headers: { accept: '*/*' } });
    expect(await raw.text()).not.toContain('not for anybody');
  },
);
