import { PassThrough, type Readable } from 'node:stream';

import { refusal } from './api-error.ts';
import type { Routes } from './http-server.ts';

/** All we take as JSON is a few short fields, and a URL. */
const BODY_LIMIT_BYTES = 8192;

/** Adds routes that read JSON. All others do without, and a body of theirs is not looked at. */
export async function addJsonRoutes(routes: Routes, add: (routes: Routes) => void): Promise<void> {
  await routes.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    endSlowBodies(scope);
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      scope.getDefaultJsonParser('error', 'error'),
    );
    add(scope);
  });
}

/**
 * Refuses bodies that take too long to arrive, wherever they are read whole. Node has one limit for all requests, which
 * has to be long enough for recordings: a body of a few bytes could keep its connection for hours.
 */
export function endSlowBodies(routes: Pick<Routes, 'addHook'>): void {
  routes.addHook('preParsing', async ({ raw, server }, _reply, body) =>
    raw.complete ? body : inTime(body, server.bodyMs),
  );
}

function inTime(arriving: Readable, withinMs: number): Readable {
  const body = new PassThrough();
  const end = () =>
    body.destroy(refusal('request.malformed', { problem: 'its body did not arrive in time.' }));
  const timer = setTimeout(end, withinMs);
  arriving.once('error', (error) => body.destroy(error));
  body.once('close', () => clearTimeout(timer));
  // Whoever reads it hears of it, too; nobody does any more where it was too large.
  body.on('error', () => {});
  return arriving.pipe(body);
}
