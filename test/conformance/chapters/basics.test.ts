import { beforeAll, expect } from 'vitest';

import { type Customer, newCustomer, strangerWith } from '../customers.ts';
import { completed, form, submit } from '../jobs.ts';
import { line } from '../line.ts';
import { beginRequest } from '../raw-request.ts';
import { broken, silence } from '../recordings.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let customer: Customer;
beforeAll(async () => {
  customer = await newCustomer();
});

line('basics.endpoints', 'four endpoints under /api/v1 carry the mission', async () => {
  const { api } = customer;
  const id = await submit(api, silence(300));
  for (const path of [`/api/v1/jobs/${id}`, '/api/v1/jobs', '/api/v1/usage']) {
    expect(await api.get(path)).toMatchObject({ status: 200 });
  }
});

line('basics.json', 'answers are JSON', async () => {
  const { headers } = await customer.api.get('/api/v1/usage');
  expect(headers.get('content-type')).toMatch(/^application\/json\b/);
});

line('basics.times', 'times are UTC, ISO 8601, with Z and whole seconds', async () => {
  const job = await completed(customer.api, silence(300));
  expect(job['created_at']).toMatch(UTC_TIME);
  expect(job['completed_at']).toMatch(UTC_TIME);
  expect(Math.abs(Date.now() - Date.parse(String(job['created_at'])))).toBeLessThan(120_000);
});

line('basics.ids', 'job ids are UUIDs', async () => {
  expect(await submit(customer.api, silence(300))).toMatch(UUID);
});

line('basics.success', 'success is always 200', async () => {
  const { api } = customer;
  const answer = await api.post('/api/v1/transcribe', form(silence(300)));
  expect(answer.status).toBe(200);
});

line('basics.statuses', 'the only statuses are 200, 400, 401, 402, 403, 404, 429 and 500', async () => {
  const { api } = customer;
  const oddities = [
    api.send('/api/v1/jobs', { method: 'OPTIONS' }),
    api.send('/api/v1/usage', { method: 'PATCH', body: '{}' }),
    api.get(`/api/v1/jobs/${'x'.repeat(5000)}`),
    api.get('/api/v1/jobs/%ff'),
    api.get('/api/v1/jobs?limit=1&limit=2'),
    api.get('/api/v1/usage', { Accept: 'image/png' }),
  ];
  // That each is one of the eight is a ground rule, which the client holds every answer to.
  for (const answer of await Promise.all(oddities)) expect(answer.status).toBeLessThan(500);
});

line('basics.no-405', 'what would be a 405 is a 404', async () => {
  const { api } = customer;
  const wrong: [string, string][] = [
    ['GET', '/api/v1/transcribe'],
    ['PUT', '/api/v1/jobs'],
    ['DELETE', '/api/v1/usage'],
  ];
  for (const [method, path] of wrong) expect((await api.send(path, { method })).status).toBe(404);
});

line('basics.no-413', 'what would be a 413 is a 400', async () => {
  const request = await beginRequest({
    method: 'POST',
    path: '/api/v1/transcribe',
    headers: {
      'X-API-Key': customer.key,
      'Content-Type': 'multipart/form-data; boundary=cut',
      'Content-Length': String(5e12),
    },
  });
  request.write('--cut\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n');
  request.write(silence(300).bytes);
  expect((await request.answer()).status).toBe(400);
});

line('basics.no-415', 'what would be a 415 is a 400', async () => {
  const bodies = { 'application/json': '{}', 'text/plain': 'file', 'image/png': 'x' };
  for (const [type, body] of Object.entries(bodies)) {
    const answer = await customer.api.post('/api/v1/transcribe', body, { 'Content-Type': type });
    expect(answer.status).toBe(400);
  }
});

line('basics.no-422', 'what would be a 422 is a 400', async () => {
  const { api } = customer;
  expect((await api.get('/api/v1/jobs?limit=many')).status).toBe(400);
  expect((await api.post('/api/v1/transcribe', form(null, { language: 'en' }))).status).toBe(400);
});

line(
  'basics.error-body',
  'the body of every error is {"detail": "a sentence"} and nothing else',
  async () => {
    const { api } = customer;
    const answers = await Promise.all([
      api.post('/api/v1/transcribe', form(broken)),
      strangerWith().get('/api/v1/usage'),
      api.get('/api/v1/jobs/nothing'),
      api.get('/api/v1/nothing'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 404, 404]);
    for (const { body } of answers) {
      expect(Object.keys(body)).toEqual(['detail']);
      expect(String(body['detail'])).toMatch(/\w+ \w+/);
    }
  },
);

line('basics.error-code', 'the machine-readable code of an error is the header X-Error-Code', async () => {
  const { api } = customer;
  const answers = [
    await api.get('/api/v1/jobs/nothing'),
    await strangerWith().get('/api/v1/usage'),
    await api.post('/api/v1/transcribe', form({ ...broken, name: 'broken.txt' })),
    await api.post('/api/v1/transcribe', form(broken)),
  ];
  const codes = answers.map(({ headers }) => headers.get('x-error-code'));
  expect(new Set(codes).size).toBe(answers.length);
});

line('basics.request-id', 'every answer has an X-Request-Id of its own', async () => {
  const answers = [
    await customer.api.get('/api/v1/usage'),
    await customer.api.get('/api/v1/usage'),
    await strangerWith().get('/api/v1/usage'),
  ];
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(3);
  expect(ids.every(Boolean)).toBe(true);
});
