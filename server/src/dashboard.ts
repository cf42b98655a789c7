import type { Accounts } from './features/accounts/accounts.service.ts';
import { createSessionGuard } from './features/sign-in/session-guard.ts';
import { addSessionRoutes } from './features/sign-in/session.routes.ts';
import { addSignInRoutes, type SignInRouteParts } from './features/sign-in/sign-in.routes.ts';
import { sendUnknownRoute } from './infra/http/error-answers.ts';
import type { HttpServer } from './infra/http/http-server.ts';
import type { PublicUrl } from './infra/http/public-url.ts';

export interface DashboardParts extends SignInRouteParts {
  readonly accounts: Accounts;
  readonly publicUrl: PublicUrl;
}

/** Adds what the pages of the dashboard talk to. All of /app is for who has signed in, but for the ways in. */
export async function addDashboard(server: HttpServer, parts: DashboardParts): Promise<void> {
  await server.register(
    async (app) => {
      // It is for our own pages and changes with them: the document of the API leaves it out.
      app.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      app.addHook('onRequest', createSessionGuard(parts));
      app.setNotFoundHandler(sendUnknownRoute);
      await addSignInRoutes(app, parts);
      addSessionRoutes(app, parts);
    },
    { prefix: '/app' },
  );
}
