import type { onRequestAsyncHookHandler } from 'fastify';

import { sendUnknownRoute } from './infra/http/error-answers.ts';
import type { HttpServer } from './infra/http/http-server.ts';

export interface DashboardParts {
  readonly sessionGuard: onRequestAsyncHookHandler;
}

/** Adds what the pages of the dashboard talk to. All of /app is for who has signed in. */
export async function addDashboard(server: HttpServer, { sessionGuard }: DashboardParts): Promise<void> {
  await server.register(
    async (app) => {
      // It is for our own pages and changes with them: the document of the API leaves it out.
      app.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      app.addHook('onRequest', sessionGuard);
      app.setNotFoundHandler(sendUnknownRoute);
    },
    { prefix: '/app' },
  );
}
