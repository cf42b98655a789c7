import fastifyStatic from '@fastify/static';

import type { HttpServer } from './http-server.ts';

const PROGRAMS = /^\/(?:api|v1|app|docs|metrics|health|assets|webhooks|openapi\.json)(?:[/?]|$)/;

/**
 * Serves the pages of the dashboard. Which page a path means is decided in the browser, so every path that belongs to no
 * program answers a browser with the same document, and anything else with the error it always had.
 *
 * @param folder what the build has left: `index.html`, and `assets/` whose names change with their content
 */
export async function addPages(server: HttpServer, { folder }: { folder: string }): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
  });
  server.get('/assets/*', { schema: { hide: true } }, async (request, reply) => {
    const { '*': name } = request.params as { '*': string };
    return await reply.sendFile(`assets/${name}`, { immutable: true, maxAge: '365d' });
  });
  server.addHook('onRequest', async (request, reply) => {
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (wantsPage && request.is404 && !PROGRAMS.test(request.url)) {
      await reply.sendFile('index.html', { maxAge: 0 });
    }
  });
}
