import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import { readAuthSecret } from './auth-secret.ts';
import { createAuth, type Auth, type AuthEvents } from './auth.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** The sign-in library, and what it signs with. */
export interface AuthLibrary {
  readonly auth: Auth;
  readonly secret: string;
}

/** The library, made with its first use: by then it is known where people find this service. */
export function createAuthLibrary(parts: {
  database: Database;
  publicUrl: PublicUrl;
  provider: IdentityProvider | undefined;
  events: AuthEvents;
  log: Logger;
  settings: { authSecret: string | undefined; dataDir: string };
}): () => Promise<AuthLibrary> {
  const { publicUrl, settings, ...rest } = parts;
  let made: Promise<AuthLibrary> | undefined;

  async function make(): Promise<AuthLibrary> {
    const secret = await readAuthSecret(settings);
    return { secret, auth: createAuth({ ...rest, secret, origin: publicUrl.origin }) };
  }
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      // The next may find the folder in order again.
      made = undefined;
      throw error;
    }
  };
}
