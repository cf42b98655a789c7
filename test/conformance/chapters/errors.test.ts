/** The page of errors, row by row: what it says of each status, of each endpoint and of each trouble. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect } from 'vitest';

import type { Answer } from '../api.ts';
import { type Customer, newCustomer, operator, strangerWith } from '../customers.ts';
import { completed, ended, form, hasEnded, show, submit, transcribe } from '../jobs.ts';
import { line } from '../line.ts';
import { broken, silence } from '../recordings.ts';
import { breakOff, uploadHalf } from '../uploads.ts';

const ALLOWED = '.mp3, .wav, .ogg, .flac, .m4a, .mp4, .webm';
const BAD_KEY = { status: 401, body: { detail: 'Invalid or missing API key' } };

let customer: Customer;
let poor: Customer;
/** Has used up its submissions. */
let busy: Customer;
let refusal: Answer;
beforeAll(async () => {
  [customer, poor, busy] = await Promise.all([newCustomer(), newCustomer({ credit: '0.49' }), newCustomer()]);
  refusal = await useUp(busy);
});

const misnamed = { ...silence(200), name: 'talk.aiff' };

/** The same question without a key and with a key that nobody has. */
async function withBadKeys(
  ask: (api: ReturnType<typeof strangerWith>) => Promise<Answer>,
): Promise<Answer[]> {
  return [await ask(strangerWith()), await ask(strangerWith(`sk_live_${'0'.repeat(32)}`))];
}

async function useUp({ impatient }: Customer): Promise<Answer> {
  for (;;) {
    const answer = await impatient.post('/api/v1/transcribe', form(null));
    if (answer.status === 429) return answer;
  }
}

line('errors.200', '200 means success', async () => {
  expect((await transcribe(customer.api, silence(200))).status).toBe(200);
});

line('errors.400', '400 means missing or invalid parameters', async () => {
  expect((await customer.api.post('/api/v1/transcribe', form(null))).status).toBe(400);
  expect((await customer.api.get('/api/v1/jobs?limit=none')).status).toBe(400);
});

line('errors.401', '401 means an invalid or missing API key', async () => {
  for (const answer of await withBadKeys((api) => api.get('/api/v1/usage')))
    expect(answer).toMatchObject(BAD_KEY);
});

line('errors.402', '402 means an insufficient credit balance', async () => {
  const answer = await transcribe(poor.api, silence(200));
  expect(answer.status).toBe(402);
  expect(answer.body['detail']).toMatch(/^Credit balance below \$0\.50 AUD minimum/);
});

line('errors.403', '403 means that the account is not active or access is denied', async () => {
  await operator().setStatus(busy.email, 'suspend');
  const answer = await busy.impatient.get('/api/v1/usage');
  expect(answer.status).toBe(403);
  expect(answer.body['detail']).toMatch(/account is not active/);
});

line('errors.404', '404 means that there is no such resource', async () => {
  expect((await customer.api.get(`/api/v1/jobs/${randomUUID()}`)).status).toBe(404);
  expect((await customer.api.get('/api/v1/recordings')).status).toBe(404);
});

line('errors.429', '429 means too many requests', async () => {
  const { status, body } = refusal;
  expect({ status, body }).toEqual({
    status: 429,
    body: { detail: 'Rate limit exceeded. Please retry later.' },
  });
});

line('errors.detail', 'every error is a JSON object with a detail that says what went wrong', async () => {
  const { body } = await transcribe(customer.api, misnamed);
  expect(body).toEqual({ detail: expect.stringMatching(/Unsupported file type/) });
});

line(
  'errors.transcribe.400',
  'POST /transcribe: 400 for an unsupported file type, listing the allowed',
  async () => {
    const { status, body } = await transcribe(customer.api, misnamed);
    expect(status).toBe(400);
    expect(body['detail']).toBe(`Unsupported file type (allowed: ${ALLOWED})`);
  },
);

line(
  'errors.transcribe.401',
  'POST /transcribe: 401 for an invalid or missing X-API-Key header',
  async () => {
    for (const answer of await withBadKeys((api) => transcribe(api, silence(200)))) {
      expect(answer).toMatchObject(BAD_KEY);
    }
  },
);

line(
  'errors.transcribe.402',
  'POST /transcribe: 402 for a balance below the minimum of $0.50 AUD',
  async () => {
    const answer = await transcribe(poor.api, silence(200));
    expect(answer.status).toBe(402);
    expect(answer.body['detail']).toMatch(/\$0\.50 AUD minimum/);
  },
);

line('errors.job.401', 'GET /jobs/{job_id}: 401 for an invalid or missing X-API-Key header', async () => {
  const id = await submit(customer.api, silence(200));
  for (const answer of await withBadKeys((api) => api.get(`/api/v1/jobs/${id}`))) {
    expect(answer).toMatchObject(BAD_KEY);
  }
});

line(
  'errors.job.404',
  'GET /jobs/{job_id}: 404 for an id that is unknown or of a different user',
  async () => {
    const id = await submit(customer.api, silence(200));
    for (const answer of [
      await poor.api.get(`/api/v1/jobs/${id}`),
      await customer.api.get(`/api/v1/jobs/${randomUUID()}`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
    }
  },
);

line('errors.jobs.401', 'GET /jobs: 401 for an invalid or missing X-API-Key header', async () => {
  for (const answer of await withBadKeys((api) => api.get('/api/v1/jobs')))
    expect(answer).toMatchObject(BAD_KEY);
});

line('errors.usage.401', 'GET /usage: 401 for an invalid or missing X-API-Key header', async () => {
  for (const answer of await withBadKeys((api) => api.get('/api/v1/usage')))
    expect(answer).toMatchObject(BAD_KEY);
});

line('errors.status.pending', 'pending: the job is queued and waits to be processed', async () => {
  // Whoever is quick enough to be worked on at once has been queued before.
  const job = await show(customer.api, await submit(customer.api, silence(200)));
  expect(['pending', 'processing', 'completed']).toContain(job['status']);
});

line('errors.status.uploading', 'uploading: the audio is on its way to storage', async () => {
  const { job, hangUp } = await uploadHalf(customer);
  expect(job['status']).toBe('uploading');
  hangUp();
});

line(
  'errors.status.processing',
  'processing: the answer to a submission, until the job has ended',
  async () => {
    const { body } = await transcribe(customer.api, silence(200));
    expect(body['status']).toBe('processing');
  },
);

line('errors.status.completed', 'completed: transcription and diarization contain results', async () => {
  const job = await completed(customer.api, silence(200));
  expect(job['transcription']).toBeTypeOf('string');
  expect(job['diarization']).toBeTypeOf('string');
});

line('errors.status.failed', 'failed: error_message has the details', async () => {
  const job = await breakOff(customer);
  expect(job['status']).toBe('failed');
  expect(job['error_message']).toMatch(/\w+ \w+/);
});

line('errors.status.terminal', 'completed and failed are terminal: polling can stop', async () => {
  const jobs = [await completed(customer.api, silence(200)), await breakOff(customer)];
  for (const job of jobs) expect(await show(customer.api, String(job['id']))).toEqual(job);
});

line(
  'errors.status.non-terminal',
  'pending, uploading and processing are not: polling goes on to an end',
  async () => {
    const id = await submit(customer.api, silence(2000));
    const first = await show(customer.api, id);
    if (!hasEnded(first)) expect(['pending', 'uploading', 'processing']).toContain(first['status']);
    expect((await ended(customer.api, id))['status']).toBe('completed');
  },
);

line('errors.rate', 'over the rate limit the answer is a 429 that says how long to wait', async () => {
  expect(refusal.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
});

line('errors.trouble.401', '401 on every request: the key is wrong or has been revoked', async () => {
  const { email, key, impatient } = busy;
  await operator().revokeKey(email, 'first');
  const answers = [
    await impatient.get('/api/v1/usage'),
    await impatient.get('/api/v1/jobs'),
    await impatient.get(`/api/v1/jobs/${randomUUID()}`),
    await transcribe(impatient, silence(200)),
    await strangerWith(key.slice(0, -1)).get('/api/v1/usage'),
  ];
  for (const answer of answers) expect(answer).toMatchObject(BAD_KEY);
});

line(
  'errors.trouble.402',
  '402 when submitting: goes away with a top-up to the minimum of $0.50',
  async () => {
    const { email, api } = poor;
    expect((await transcribe(api, silence(200))).status).toBe(402);
    await operator().addCredit(email, '0.01');
    expect((await transcribe(api, silence(200))).status).toBe(200);
  },
);

line('errors.trouble.400', '400 on upload: the file extension must be one of the seven', async () => {
  for (const extension of ALLOWED.split(', ')) {
    const { body } = await transcribe(customer.api, { ...broken, name: `talk${extension}` });
    // It is refused for what is in it, not for its name.
    expect(body['detail']).not.toMatch(/Unsupported file type/);
  }
  const { body } = await transcribe(customer.api, { ...broken, name: 'talk.mp33' });
  expect(body['detail']).toContain(ALLOWED);
});
