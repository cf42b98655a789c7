import { createApiClient, type Answer } from '../support/api-client.ts';
import type { TestService } from '../support/test-service.ts';

/** What can be named in a path: by the parameter's name, how an account comes to one. */
const MAKERS: Readonly<Record<string, (client: ReturnType<typeof createApiClient>) => Promise<string>>> = {
  async job_id(client) {
    return idIn(await client.submit(), 'job_id');
  },
  async webhook_id(client) {
    const body = JSON.stringify({ url: 'http://127.0.0.1:1025/icana' });
    const headers = { 'Content-Type': 'application/json' };
    return idIn(await client.send('/api/v1/webhooks', { method: 'POST', body, headers }), 'id');
  },
};

function idIn({ status, body }: Answer, field: string): string {
  if (status !== 200) throw new Error(`nothing was made: ${JSON.stringify(body)}`);
  return String(body[field]);
}

export const KNOWN_PARAMETERS: readonly string[] = Object.keys(MAKERS);

/** A deployment in which webhooks may point at this machine, where nobody listens to them. */
export const SETTINGS = { webhookAllowPrivate: true };

/** A new customer with `howMany` things of each kind that has an id; their jobs have ended. */
export async function customerWithThings(service: TestService, howMany: number) {
  const customer = await service.newCustomer();
  const client = createApiClient(service.url, customer.key);
  const ids: Record<string, string[]> = {};
  for (const [parameter, make] of Object.entries(MAKERS)) {
    ids[parameter] = [];
    for (let made = 0; made < howMany; made += 1) ids[parameter].push(await make(client));
  }
  for (const id of ids['job_id'] ?? []) {
    while ((await client.get(`/api/v1/jobs/${id}?wait=5`)).body['completed_at'] === null);
  }
  return { ...customer, client, ids };
}
