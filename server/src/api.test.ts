import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ERRORS } from '@icana/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../test/support/api-client.ts';
import { startTestService, type TestService } from '../../test/support/test-service.ts';

const PUBLIC = ['/health/live', '/health/ready', '/openapi.json', '/docs', '/metrics'];
const isPublic = (path: string) => PUBLIC.some((open) => path === open || path.startsWith(`${open}/`));

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, unknown>; requestBody?: unknown }>
  >;
}

const routes: { method: string; url: string }[] = [];
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ working: false, onRoute: (route) => routes.push(route) });
  // What the dashboard's pages talk to is for them, and has a test of its own.
  routes.splice(0, routes.length, ...routes.filter(({ url }) => !/^\/(app|outbox)\b/.test(url)));
});
afterAll(() => service.close());

const document = async () =>
  (await createApiClient(service.url).get('/openapi.json')).body as unknown as OpenApi;

describe('every route', () => {
  test('that is not on the short public list answers 401 without a key', async () => {
    const guarded = routes.filter(({ url }) => !isPublic(url));
    expect(guarded.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'DELETE /api/v1/jobs/:job_id',
      'DELETE /api/v1/webhooks/:webhook_id',
      'GET /api/v1/jobs',
      'GET /api/v1/jobs/:job_id',
      'GET /api/v1/jobs/:job_id/audio',
      'GET /api/v1/jobs/:job_id/events',
      'GET /api/v1/jobs/:job_id/transcript',
      'GET /api/v1/usage',
      'GET /api/v1/webhooks',
      'HEAD /api/v1/jobs',
      'HEAD /api/v1/jobs/:job_id',
      'HEAD /api/v1/jobs/:job_id/transcript',
      'HEAD /api/v1/usage',
      'HEAD /api/v1/webhooks',
      'POST /api/v1/jobs/:job_id/speakers',
      'POST /api/v1/transcribe',
      'POST /api/v1/webhooks',
      'POST /v1/audio/transcriptions',
    ]);
    for (const { method, url } of guarded) {
      const answer = await fetch(new URL(url, service.url), { method });
      expect(answer.status, `${method} ${url}`).toBe(401);
    }
  });

  test('is in the OpenAPI document, with the errors it can answer', async () => {
    const { paths } = await document();
    const shown = routes.filter(({ method, url }) => method !== 'HEAD' && !url.startsWith('/docs'));
    expect(Object.keys(paths).sort()).toEqual(
      [...new Set(shown.map(({ url }) => url.replace(/:(\w+)/g, '{$1}')))].sort(),
    );
    expect(Object.keys(paths['/api/v1/transcribe']?.['post']?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '402',
      '403',
      '404',
      '429',
      '500',
    ]);
    expect(paths['/api/v1/transcribe']?.['post']?.requestBody).toMatchObject({
      content: { 'multipart/form-data': { schema: { required: ['file'] } } },
    });
  });
});

describe('a request without a good key', () => {
  test.each([undefined, '', 'x', `sk_test_${'a'.repeat(32)}`])(
    '(%j) is answered 401 with the one body',
    async (key) => {
      const answer = await createApiClient(service.url, key).get('/api/v1/usage');
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ detail: 'Invalid or missing API key' });
      expect(answer.headers.get('x-error-code')).toBe('key.invalid');
    },
  );

  test('is answered 429 when its address has tried too many, while good keys still work from there', async () => {
    const strict = await startTestService({ working: false, settings: { rateLimitBadKey: 5 } });
    try {
      const stranger = createApiClient(strict.url, 'sk_test_nonsense');
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 7; attempt += 1)
        statuses.push((await stranger.get('/api/v1/usage')).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
      const { key } = await strict.newCustomer();
      expect((await createApiClient(strict.url, key).get('/api/v1/usage')).status).toBe(200);
    } finally {
      await strict.close();
    }
  });
});

test('a revoked key stops working with the next request', async () => {
  const { key, accountId } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  expect((await client.get('/api/v1/usage')).status).toBe(200);
  await service.apiKeys.revoke(accountId, key.slice(-4));
  expect((await client.get('/api/v1/usage')).status).toBe(401);
});

test('the key of an account that is not active is answered 403, and works again when it is restored', async () => {
  const { key, email } = await service.newCustomer();
  const client = createApiClient(service.url, key);
  await service.accounts.step(email, 'suspend');
  const answer = await client.submit();
  expect(answer).toMatchObject({
    status: 403,
    body: { detail: 'This account is not active: it has been suspended.' },
  });
  await service.accounts.step(email, 'restore');
  expect((await client.get('/api/v1/usage')).status).toBe(200);
  await service.accounts.step(email, 'close');
  await expect
    .poll(async () => (await client.get('/api/v1/usage')).headers.get('x-error-code'), { timeout: 1000 })
    .toBe('account.closed');
  await expect(service.accounts.step(email, 'restore')).rejects.toThrow('is closed: it cannot be active now');
});

describe('the rate limit', () => {
  test('of each class answers 429 with Retry-After, and every answer tells how it stands', async () => {
    const limited = await startTestService({
      working: false,
      settings: { rateLimitSubmit: 2, rateLimitRequest: 3 },
    });
    try {
      const { key } = await limited.newCustomer();
      const client = createApiClient(limited.url, key);
      const submissions = [
        await client.submit(),
        await client.submit({ num_speakers: '0' }),
        await client.submit(),
      ];
      expect(submissions.map(({ status }) => status)).toEqual([200, 400, 429]);
      expect(submissions.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0']);
      const [, , refused] = submissions;
      expect(refused?.body).toEqual({ detail: 'Rate limit exceeded. Please retry later.' });
      expect(refused?.headers.get('ratelimit-limit')).toBe('2');
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(refused?.headers.get('ratelimit-reset')).toBe(refused?.headers.get('retry-after'));
      expect((await client.get('/api/v1/usage')).headers.get('ratelimit-remaining')).toBe('2');
    } finally {
      await limited.close();
    }
  });
});

describe('what there is not', () => {
  test.each([
    ['GET', '/api/v1/transcribe'],
    ['DELETE', '/api/v1/jobs'],
    ['PUT', '/api/v1/usage'],
    ['GET', '/api/v1/nothing'],
    ['GET', '/'],
    ['GET', '/api/v1/jobs/%zz'],
  ])('%s %s is answered 404', async (method, path) => {
    const { key } = await service.newCustomer();
    const answer = await createApiClient(service.url, key).send(path, { method });
    expect(answer.status).toBe(404);
    expect(Object.keys(answer.body)).toEqual(['detail']);
    expect(answer.headers.get('x-error-code')).toBe('request.unknown_route');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('an unexpected failure is a 500 that says nothing of the inside and is logged under its request id', async () => {
  const broken = await startTestService({ working: false });
  const { key } = await broken.newCustomer();
  await broken.db.schema.dropTable('transcripts').cascade().execute();
  await broken.db.schema.alterTable('jobs').renameTo('secret_jobs').execute();
  const answer = await createApiClient(broken.url, key).get('/api/v1/jobs');
  expect(answer).toMatchObject({ status: 500, body: { detail: ERRORS['internal.unexpected'].detail } });
  const logged = broken.logLines.find((line) => line.includes(answer.headers.get('x-request-id') ?? '?'));
  expect(logged).toContain('relation \\"jobs\\" does not exist');
  await broken.close();
});

test('what is not even HTTP is answered 400 with a detail', async () => {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GIVE ME\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('{"detail":"The request could not be understood: it is not valid HTTP."}');
});

test('headers that come too slowly, and bodies that stop coming, are cut off', async () => {
  const impatient = await startTestService({
    working: false,
    timeouts: { headersMs: 300, silenceMs: 600, bodyMs: 5000, requestMs: 5000, checkEveryMs: 100 },
  });
  const { key } = await impatient.newCustomer();
  const socket = connect(Number(new URL(impatient.url).port), '127.0.0.1');
  socket.write('GET /api/v1/usage HTTP/1.1\r\nHost: x\r\n');
  expect(await text(socket)).toContain('it did not arrive in time');

  const upload = connect(Number(new URL(impatient.url).port), '127.0.0.1');
  upload.write(
    `POST /api/v1/transcribe HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Length: 1000\r\n` +
      'Content-Type: multipart/form-data; boundary=b\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nsound',
  );
  await text(upload);
  await expect
    .poll(
      async () => (await createApiClient(impatient.url, key).get('/api/v1/jobs?status=failed')).body['jobs'],
    )
    .toMatchObject([{ error_message: 'The upload stopped before the file was complete. Send it again.' }]);
  await impatient.close();
});

describe('the API page', () => {
  test('loads nothing from elsewhere', async () => {
    const page = await fetch(new URL('/docs/', service.url));
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain('swagger-ui');
    expect(
      [...html.matchAll(/(?:src|href)="([^"]+)"/g)].filter(([, link]) => /^(https?:)?\/\//.test(link ?? '')),
    ).toEqual([]);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('health', () => {
  test('is live, and ready while the database answers', async () => {
    expect((await createApiClient(service.url).get('/health/live')).body).toEqual({ status: 'live' });
    const ready = await createApiClient(service.url).get('/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ready', failing: [] } });
  });

  test('is not ready, with 503, while a part is out of order', async () => {
    const broken = await startTestService({
      working: false,
      readiness: { queue: () => Promise.reject(new Error('gone')) },
    });
    const answer = await createApiClient(broken.url).get('/health/ready');
    expect(answer).toMatchObject({ status: 503, body: { status: 'not ready', failing: ['queue'] } });
    await broken.close();
  });
});
