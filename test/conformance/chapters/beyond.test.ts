/** What there is beyond the four endpoints. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, inject } from 'vitest';

import type { Answer } from '../api.ts';
import { apiWith, newCustomer, type Customer } from '../customers.ts';
import { completed, form, jobsOf, show, submit, type Job } from '../jobs.ts';
import { line } from '../line.ts';
import { conversation, silence } from '../recordings.ts';
import { breakOff } from '../uploads.ts';

let customer: Customer;
let other: Customer;
let talk: Job;
beforeAll(async () => {
  [customer, other] = await Promise.all([newCustomer(), newCustomer()]);
  talk = await completed(customer.api, await conversation());
});

const ofTalk = async (what: string, headers?: Record<string, string>): Promise<Answer> =>
  await customer.api.get(`/api/v1/jobs/${String(talk['id'])}/${what}`, headers);

line('beyond.delete', 'DELETE /jobs/{id} erases a job that has ended; what it cost stays spent', async () => {
  const { api } = customer;
  const job = await completed(api, silence(1000));
  const path = `/api/v1/jobs/${String(job['id'])}`;
  const spent = (await api.get('/api/v1/usage')).body['total_cost'];
  expect((await api.delete(path)).status).toBe(200);
  for (const gone of [path, `${path}/transcript`, `${path}/audio`])
    expect((await api.get(gone)).status).toBe(404);
  expect((await jobsOf(api)).map(({ id }) => id)).not.toContain(job['id']);
  expect((await api.get('/api/v1/usage')).body['total_cost']).toBe(spent);
});

line(
  'beyond.delete-cancels',
  'DELETE /jobs/{id} cancels a job that runs, and releases what it held',
  async () => {
    const { api } = other;
    const id = await submit(api, silence(20 * 60_000, { sampleRate: 1000 }));
    expect((await api.delete(`/api/v1/jobs/${id}`)).status).toBe(200);
    expect((await api.get(`/api/v1/jobs/${id}`)).status).toBe(404);
    const { body } = await api.get('/api/v1/usage');
    expect(body).toMatchObject({ credit_balance: 1.44, credit_held: 0, total_cost: 0 });
  },
);

line('beyond.transcript', 'GET /jobs/{id}/transcript is JSON, plain text or subtitles', async () => {
  const json = await ofTalk('transcript?format=json');
  expect(json.body).toMatchObject({ transcription: talk['transcription'], diarization: talk['diarization'] });
  const texts = await Promise.all(
    ['txt', 'srt', 'vtt'].map((format) => ofTalk(`transcript?format=${format}`)),
  );
  expect(texts.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [txt, srt, vtt] = texts.map(({ text }) => text);
  expect(txt).toContain('[Speaker 2]: ');
  expect(srt).toMatch(/^1\r?\n00:00:0\d,\d{3} --> 00:00:\d\d,\d{3}\r?\n/);
  expect(vtt).toMatch(/^WEBVTT\n/);
  for (const text of [txt, srt, vtt]) expect(text).toMatch(/Melbourne/);
  expect((await ofTalk('transcript?format=docx')).status).toBe(400);
});

line('beyond.audio', 'GET /jobs/{id}/audio is the recording as it was submitted', async () => {
  const { status, bytes, headers } = await ofTalk('audio');
  expect(status).toBe(200);
  expect(bytes.equals(Buffer.from((await conversation()).bytes))).toBe(true);
  expect(headers.get('content-type')).toBe('audio/mpeg');
  expect((await ofTalk('audio', { Range: 'bytes=0-9' })).status).toBe(200);
});

line(
  'beyond.events',
  'GET /jobs/{id}/events tells progress as server-sent events, and closes with the end',
  async () => {
    const id = await submit(customer.api, await conversation());
    const { headers, text } = await customer.api.get(`/api/v1/jobs/${id}/events`);
    expect(headers.get('content-type')).toContain('text/event-stream');
    const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name, data]) => ({
      name,
      data: JSON.parse(data!) as { fraction: number; status: string },
    }));
    expect(events[0]!.name).toBe('progress');
    expect(events.at(-1)).toEqual({ name: 'end', data: { status: 'completed', error_message: null } });
    const fractions = events.slice(0, -1).map(({ data }) => data.fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  },
);

line('beyond.wait', '?wait=SECONDS answers as soon as the job has ended, or after that time', async () => {
  const { api } = customer;
  const id = await submit(api, silence(60_000));
  const begun = Date.now();
  await show(api, id, '?wait=1');
  expect(Date.now() - begun).toBeLessThan(20_000);
  expect(await show(api, id, '?wait=60')).toMatchObject({ status: 'completed' });
  expect((await api.get(`/api/v1/jobs/${id}?wait=ever`)).status).toBe(400);
});

line(
  'beyond.recount',
  'POST /jobs/{id}/speakers counts the speakers anew, free, without another word',
  async () => {
    const { api } = customer;
    const job = await completed(api, await conversation(), { query: '?expand=words,speakers,segments' });
    const path = `/api/v1/jobs/${String(job['id'])}`;
    const { body: usage } = await api.get('/api/v1/usage');
    const recount = async (asked: object) =>
      await api.post(`${path}/speakers`, JSON.stringify(asked), { 'Content-Type': 'application/json' });
    const { status, body } = await recount({ count: 1 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', transcription: job['transcription'] });
    expect(body['diarization']).toBe(`[Speaker 1]: ${String(job['transcription'])}`);
    expect(body['speakers']).toMatchObject([{ speaker: 1, label: 'Speaker 1' }]);
    expect(await show(api, String(job['id']), '?expand=speakers,segments')).toEqual(body);
    expect((await recount({ count: 2 })).body).toMatchObject({ diarization: job['diarization'] });
    for (const refused of [{ count: 0 }, { count: 33 }, { min: 3, max: 2 }])
      expect((await recount(refused)).status).toBe(400);
    expect((await api.get('/api/v1/usage')).body).toEqual(usage);
  },
);

line('beyond.strangers', "another account's job is a 404 in all these ways, too", async () => {
  const { api } = other;
  const path = `/api/v1/jobs/${String(talk['id'])}`;
  const answers = [
    await api.delete(path),
    ...(await Promise.all(['transcript', 'audio', 'events'].map((what) => api.get(`${path}/${what}`)))),
    await api.get(`${path}?wait=5`),
    await api.post(`${path}/speakers`, '{"count":1}', { 'Content-Type': 'application/json' }),
  ];
  for (const { status, body } of answers) {
    expect({ status, body }).toEqual({ status: 404, body: { detail: 'Job not found' } });
  }
  expect(await show(customer.api, String(talk['id']))).toEqual(talk);
});

line('beyond.webhooks', 'a webhook is told of each job that has ended, signed with its secret', async () => {
  const { url, message, close } = await receiveOne();
  const made = await other.api.post('/api/v1/webhooks', JSON.stringify({ url }), {
    'Content-Type': 'application/json',
  });
  expect(made.body).toMatchObject({ url });
  const { id } = await breakOff(other);
  const { headers, text } = await message;
  expect(JSON.parse(text)).toMatchObject({ type: 'job.failed', data: { id, status: 'failed' } });
  expect(headers['webhook-signature']).toContain(signature(String(made.body['secret']), headers, text));
  const path = `/api/v1/webhooks/${String(made.body['id'])}`;
  expect((await other.api.get('/api/v1/webhooks')).body['webhooks']).toMatchObject([{ url }]);
  expect((await other.api.delete(path)).status).toBe(200);
  expect((await other.api.get('/api/v1/webhooks')).body).toEqual({ webhooks: [] });
  close();
});

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Listens for one message that the server sends by itself. */
async function receiveOne(): Promise<{ url: string; message: Promise<Message>; close: () => void }> {
  const { promise: message, resolve } = Promise.withResolvers<Message>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.end();
      resolve({ headers: request.headers, text: Buffer.concat(parts).toString() });
    });
  });
  await once(server.listen(0), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${inject('conformance').receiverHost}:${port}/told`;
  return { url, message, close: () => void server.close() };
}

/** As the Standard Webhooks specification has it. */
function signature(secret: string, headers: IncomingHttpHeaders, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

line('beyond.live', 'GET /health/live answers without a key while the process is alive', async () => {
  expect(await apiWith().get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
});

line('beyond.ready', 'GET /health/ready answers without a key while the service can take work', async () => {
  const { status, body } = await apiWith().get('/health/ready');
  expect({ status, body }).toEqual({ status: 200, body: { status: 'ready', failing: [] } });
});

line('beyond.metrics', 'GET /metrics is for the operator, and not there for anybody else', async () => {
  const { status, text } = await apiWith().get('/metrics');
  if (status === 200) expect(text).toMatch(/^# HELP \w+/m);
  else expect(status).toBe(404);
  // Whoever comes through a proxy is not the operator on his own machine.
  expect((await apiWith().get('/metrics', { 'X-Forwarded-For': '203.0.113.7' })).status).toBe(404);
});

line('beyond.openapi', 'GET /openapi.json describes every endpoint, without a key', async () => {
  const { status, body } = await apiWith().get('/openapi.json');
  expect(status).toBe(200);
  expect(String(body['openapi'])).toMatch(/^3\./);
  const paths = Object.keys(body['paths'] as object);
  for (const path of ['/transcribe', '/jobs', '/jobs/{job_id}', '/usage', '/jobs/{job_id}/transcript']) {
    expect(paths).toContain(`/api/v1${path}`);
  }
});

/** Asks as OpenAI's own clients do. */
async function askAsOpenAi(key: string, fields: Record<string, string>): Promise<Answer> {
  const parts = form(await conversation(), { model: 'whisper-1', ...fields });
  return await apiWith().post('/v1/audio/transcriptions', parts, { Authorization: `Bearer ${key}` });
}

line(
  'beyond.openai',
  'POST /v1/audio/transcriptions answers with the text, in the shape of OpenAI',
  async () => {
    const json = await askAsOpenAi(customer.key, {});
    expect(json.status).toBe(200);
    expect(String(json.body['text'])).toContain('Melbourne');
    const subtitles = await askAsOpenAi(customer.key, { response_format: 'srt' });
    expect(subtitles.text).toMatch(/^1\r?\n00:00:0\d,\d{3} --> /);
  },
);

line('beyond.openai-errors', 'its errors have the shape that OpenAI gives them', async () => {
  const { status, body } = await askAsOpenAi(`sk_test_${'0'.repeat(32)}`, {});
  expect(status).toBe(401);
  expect(body['error']).toMatchObject({ message: 'Invalid or missing API key' });
});
