import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import type { PublicUrl } from '../../infra/http/public-url.ts';
import type { AuthEvents } from './auth-events.ts';
import type { AuthLibrary } from './auth-library.ts';
import { readAuthSecret } from './auth-secret.ts';
import type { IdentityProvider } from './identity-provider.ts';

/**
 * The library, made with its first use: by then it is known where people find this service, and commands that let
 * nobody in do without the half second of processor time that loading it takes.
 */
export function createAuthLibraryLoader(parts: {
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
    const [{ createAuthLibrary }, secret] = await Promise.all([
      import('./auth-library.ts'),
      readAuthSecret(settings),
    ]);
    return createAuthLibrary({ ...rest, secret, origin: publicUrl.origin });
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
