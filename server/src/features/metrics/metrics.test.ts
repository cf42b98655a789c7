import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startReceiver } from '../../../../test/support/receiver.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { loadSettings } from '../../config/load-settings.ts';

const TOKEN = 'a-token-of-the-operator';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ settings: { webhookAllowPrivate: true } });
});
afterAll(() => service.close());

const look = async (at: TestService, headers: Record<string, string> = {}) =>
  await fetch(new URL('/metrics', at.url), { headers });

/** The samples by their names and labels, as `name{label="value"}`. */
async function samples(): Promise<Map<string, number>> {
  const lines = (await (await look(service)).text()).split('\n').filter((line) => /^[a-z]/.test(line));
  return new Map(
    lines.map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end))];
    }),
  );
}

/** Uploads under way, as the requests and as the jobs tell. */
async function uploads() {
  const seen = await samples();
  return {
    requests: seen.get('icana_http_requests_under_way{method="POST",route="/api/v1/transcribe"}'),
    jobs: seen.get('icana_jobs_open{status="uploading"}'),
  };
}

describe('the metrics', () => {
  test('are text that Prometheus reads', async () => {
    const answer = await look(service);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toMatch(/^# TYPE icana_http_request_duration_seconds histogram$/m);
  });

  test('count requests by method, route and status, whatever the path', async () => {
    const { key } = await service.newCustomer();
    const client = createApiClient(service.url, key);
    for (const id of ['a', 'b', 'c']) await client.get(`/api/v1/jobs/${id}`);
    for (const path of ['/x', '/y', '/api/v1/z']) await client.get(path);
    const seen = await samples();
    const counted = (labels: string) => seen.get(`icana_http_request_duration_seconds_count{${labels}}`);
    expect(counted('method="GET",route="/api/v1/jobs/:job_id",status="404"')).toBe(3);
    expect(counted('method="GET",route="none",status="404"')).toBe(3);
    expect([...seen.keys()].filter((name) => name.includes('/x') || name.includes('/jobs/a'))).toEqual([]);
  });

  test('say nothing of a customer', async () => {
    const { key, accountId, email } = await service.newCustomer();
    await createApiClient(service.url, key).submit();
    const text = await (await look(service)).text();
    for (const told of [key, accountId, email, 'talk.mp3']) expect(text).not.toContain(told);
  });

  test('show what is under way: requests, and jobs by status', async () => {
    const idle = await startTestService({ working: false });
    try {
      const { key } = await idle.newCustomer();
      const client = createApiClient(idle.url, key);
      await client.submit();
      await client.submit();
      const text = await (await look(idle)).text();
      expect(text).toContain('icana_jobs_open{status="pending"} 2\n');
      expect(text).toContain('icana_jobs_open{status="uploading"} 0\n');
      expect(text).toContain('icana_http_requests_under_way{method="GET",route="/metrics"} 1\n');
      expect(text).toContain('icana_http_requests_under_way{method="POST",route="/api/v1/transcribe"} 0\n');
      await expect
        .poll(async () => await (await look(idle)).text(), { timeout: 15_000, interval: 500 })
        .toContain('icana_queue_tasks{task="transcribe",state="waiting"} 2\n');
    } finally {
      await idle.close();
    }
  });

  test('no longer count a request whose client has gone', async () => {
    const ending = new AbortController();
    const { key } = await service.newCustomer();
    const upload = fetch(new URL('/api/v1/transcribe', service.url), {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'multipart/form-data; boundary=b' },
      body: new ReadableStream({
        start: (controller) =>
          controller.enqueue(
            Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nsound'),
          ),
      }),
      duplex: 'half',
      signal: ending.signal,
    }).catch(() => 'gone');
    await expect.poll(uploads).toEqual({ requests: 1, jobs: 1 });
    ending.abort();
    expect(await upload).toBe('gone');
    await expect.poll(uploads).toEqual({ requests: 0, jobs: 0 });
    expect(
      (await samples()).get(
        'icana_http_request_duration_seconds_count{method="POST",route="/api/v1/transcribe",status="unfinished"}',
      ),
    ).toBe(1);
  });

  test('count jobs that ended, the audio in them and tries at webhooks', async () => {
    const before = await samples();
    const receiver = await startReceiver();
    const { key, accountId } = await service.newCustomer();
    await service.webhooks.register(accountId, receiver.url);
    await createApiClient(service.url, key).submit();
    const grown = async (name: string) => ((await samples()).get(name) ?? 0) - (before.get(name) ?? 0);
    await expect
      .poll(() => grown('icana_webhook_tries_total{outcome="delivered"}'))
      .toBeGreaterThanOrEqual(1);
    expect(await grown('icana_jobs_ended_total{status="completed"}')).toBeGreaterThanOrEqual(1);
    expect(await grown('icana_audio_transcribed_seconds_total')).toBeGreaterThanOrEqual(10);
    await receiver.close();
  });

  test('read no jobs but those that have not ended, however many there are', async () => {
    const { rows } = await service.db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx);
      return await sql<{ 'QUERY PLAN': string }>`
        explain select status, count(*) as count from jobs
        where status in ('uploading', 'pending', 'processing')
        group by status`.execute(trx);
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('jobs_open');
    expect(plan).not.toContain('jobs_newest_first');
  });
});

describe('the operator alone sees them:', () => {
  test('without a token this machine does, but nothing that was passed on to it', async () => {
    expect((await look(service)).status).toBe(200);
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect((await look(service, { [header]: '127.0.0.1' })).status, header).toBe(404);
    }
  });

  test('without a token, and with a proxy in front, nobody does', async () => {
    const proxied = await startTestService({ working: false, settings: { trustProxy: true } });
    const answer = await look(proxied);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      detail: 'There is no such endpoint; the endpoints are listed at /docs.',
    });
    await proxied.close();
  });

  test('with a token whoever sends it does, from wherever, and nobody else', async () => {
    const guarded = await startTestService({
      working: false,
      settings: { metricsToken: TOKEN, trustProxy: true },
    });
    const status = async (headers: Record<string, string> = {}) => (await look(guarded, headers)).status;
    expect(await status({ authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status({ authorization: `bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' })).toBe(200);
    expect(await status()).toBe(404);
    for (const wrong of [TOKEN, `Basic ${TOKEN}`, 'Bearer ', `Bearer ${TOKEN}x`, `Bearer ${TOKEN} x`]) {
      expect(await status({ authorization: wrong }), wrong).toBe(404);
    }
    await guarded.close();
  });

  test('a token that could be guessed is refused at the start, and not repeated', () => {
    expect(() => loadSettings({ METRICS_TOKEN: 'secret' })).toThrow(
      'METRICS_TOKEN must be 16 to 200 characters without spaces.',
    );
  });
});
