import { createApiClient, type ApiClient } from './api-client.ts';
import type { TestService } from './test-service.ts';

export const PASSWORD = 'correct horse battery';

/** Somebody who has signed in to the dashboard: a client that sends the cookie, as the pages would. */
export interface SignedInPerson {
  readonly email: string;
  readonly password: string;
  readonly accountId: string;
  /** As the header `Cookie`. */
  readonly cookie: string;
  readonly client: ApiClient;
}

/** A client of the dashboard's own routes: it asks as a page of ours does. */
export function createPageClient(baseUrl: string, cookie?: string): ApiClient {
  const headers = { origin: baseUrl, ...(cookie !== undefined && { cookie }) };
  return createApiClient(baseUrl, undefined, headers);
}

let people = 0;

/**
 * Registers somebody, opens the link of the mail and signs in. The account is active, with the welcome credit.
 *
 * @param as.unverified the link is not opened: the account stays unverified
 */
export async function signIn(
  service: TestService,
  as: { email?: string; isOperator?: boolean; unverified?: boolean } = {},
): Promise<SignedInPerson> {
  const { email = `somebody-${(people += 1)}@example.org` } = as;
  const credentials = { email, password: PASSWORD };
  const page = createPageClient(service.url);
  await page.post('/app/auth/register', credentials);
  const entered = as.unverified
    ? await page.post('/app/auth/log-in', credentials)
    : await page.post('/app/auth/verify', {
        token: await mailedToken(service, email, '/verify'),
        password: PASSWORD,
      });
  if (entered.status !== 200) throw new Error(`nobody was let in: ${JSON.stringify(entered.body)}`);
  if (as.isOperator) await service.accounts.setOperator(email, true);
  const cookie = cookieOf(entered.headers);
  const { id: accountId } = await service.accounts.byEmail(email);
  return { ...credentials, accountId, cookie, client: createPageClient(service.url, cookie) };
}

/** What the browser would send back. */
export const cookieOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** The token in the newest mail to somebody that leads to a page. */
export async function mailedToken(service: TestService, email: string, page: string): Promise<string> {
  const mail = (await service.mails.outbox()).find(
    ({ to, text }) => to === email && text.includes(`${page}?`),
  );
  const url = mail?.text.split(/\s/).find((word) => word.startsWith(`${service.url}${page}?`));
  const token = url ? new URL(url).searchParams.get('token') : null;
  if (token === null) throw new Error(`${email} was sent no mail that leads to ${page}`);
  return token;
}
