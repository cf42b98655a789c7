import { beforeAll, expect, inject } from 'vitest';

import { newCustomer, type Customer } from '../customers.ts';
import { completed, ended, form, show, submit, transcribe } from '../jobs.ts';
import { line } from '../line.ts';
import { broken, conversation, empty, silence, text, videoOnly } from '../recordings.ts';
import { breakOff } from '../uploads.ts';

const EXTENSIONS = ['.mp3', '.wav', '.ogg', '.flac', '.m4a', '.mp4', '.webm'];

let customer: Customer;
let other: Customer;
/** Has just enough to submit anything at all. */
let thrifty: Customer;
beforeAll(async () => {
  [customer, other, thrifty] = await Promise.all([
    newCustomer(),
    newCustomer(),
    newCustomer({ credit: '0.5' }),
  ]);
});

line('transcribe.file-required', 'the form must have a file', async () => {
  for (const parts of [form(null, { language: 'en' }), form(null, { file: 'talk.mp3' })]) {
    const answer = await customer.api.post('/api/v1/transcribe', parts);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toMatch(/file/);
  }
});

line('transcribe.extension', 'the name ends, in any case, with one of seven extensions', async () => {
  const names = EXTENSIONS.map((extension, index) =>
    index % 2 ? `talk${extension.toUpperCase()}` : `talk.of.${index}${extension}`,
  );
  for (const name of names) {
    expect((await transcribe(customer.api, silence(200, { name }))).status).toBe(200);
  }
});

line('transcribe.extension-refused', 'any other name is a 400 that lists the seven', async () => {
  for (const name of ['talk.txt', 'talk', 'mp3', 'talk.mp3.exe']) {
    const answer = await transcribe(customer.api, silence(200, { name }));
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain(EXTENSIONS.join(', '));
  }
});

line('transcribe.size', 'a file above the limit is a 400, also when its size was not announced', async () => {
  const { maxUploadMb } = inject('conformance');
  const bytes = new Uint8Array(maxUploadMb * 1024 * 1024 + 1);
  bytes.set(silence(200).bytes);
  const answer = await transcribe(customer.api, { name: 'long.wav', bytes });
  expect(answer.status).toBe(400);
  expect(answer.body['detail']).toContain(`${maxUploadMb} MB`);
});

line('transcribe.language', 'the language is en unless another is given', async () => {
  const without = await submit(customer.api, silence(200));
  const withOne = await submit(customer.api, silence(200), { fields: { language: 'en' } });
  expect(await show(customer.api, without)).toMatchObject({ language: 'en' });
  expect(await show(customer.api, withOne)).toMatchObject({ language: 'en' });
});

line(
  'transcribe.language-refused',
  'an unknown language is a 400 that names the installed ones',
  async () => {
    const answer = await transcribe(customer.api, silence(200), { fields: { language: 'tlh' } });
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toMatch(/tlh.*\ben\b/);
  },
);

line('transcribe.prompt', 'a prompt is never refused for its length', async () => {
  const prompt = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(', ');
  for (const each of ['Melbourne, platform', prompt, ',,,', '']) {
    expect((await transcribe(customer.api, silence(200), { fields: { prompt: each } })).status).toBe(200);
  }
});

line('transcribe.num-speakers', 'num_speakers is an integer from 1 to 32', async () => {
  const { api } = other;
  for (const value of ['0', '33', 'two', '1.5', '-1']) {
    const answer = await transcribe(api, silence(200), { fields: { num_speakers: value } });
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toMatch(/num_speakers.*1.*32/);
  }
  for (const value of ['1', '32']) {
    expect((await transcribe(api, silence(200), { fields: { num_speakers: value } })).status).toBe(200);
  }
});

line(
  'transcribe.speaker-bounds',
  'min_speakers and max_speakers are integers from 1 to 32 likewise',
  async () => {
    const { api } = other;
    for (const fields of [
      { min_speakers: '0' },
      { max_speakers: '33' },
      { min_speakers: '3', max_speakers: '2' },
    ]) {
      const answer = await transcribe(api, silence(200), { fields });
      expect(answer.status).toBe(400);
      expect(answer.body['detail']).toMatch(new RegExp(Object.keys(fields).join('.*')));
    }
    const answer = await transcribe(api, silence(200), { fields: { min_speakers: '1', max_speakers: '32' } });
    expect(answer.status).toBe(200);
  },
);

line('transcribe.num-speakers-hint', 'num_speakers is a hint that the diarizer follows', async () => {
  const job = await completed(customer.api, await conversation(), { fields: { num_speakers: '1' } });
  expect(job['diarization']).toMatch(/^\[Speaker 1\]: /);
  expect(job['diarization']).not.toContain('[Speaker 2]');
});

line(
  'transcribe.answer',
  'the answer is the job id, "processing" and a message, and nothing else',
  async () => {
    const { status, text: body } = await transcribe(customer.api, silence(200));
    expect(status).toBe(200);
    expect(body).toMatch(
      /^\{"job_id":"[0-9a-f-]{36}","status":"processing","message":"Job submitted successfully\. Poll the status endpoint to check progress\."\}$/,
    );
  },
);

line(
  'transcribe.no-audio',
  'bytes that are no audio are a 400: empty, video only, broken, wrong content',
  async () => {
    for (const recording of [empty, videoOnly(), broken, text]) {
      const answer = await transcribe(customer.api, recording);
      expect(answer.status, recording.name).toBe(400);
      expect(String(answer.body['detail'])).toMatch(/\w+ \w+ \w+/);
    }
  },
);

line('transcribe.refused-leaves-nothing', 'a refused submission leaves no job and no charge', async () => {
  const { api } = thrifty;
  const before = await api.get('/api/v1/usage');
  for (const recording of [broken, empty]) await transcribe(api, recording);
  expect((await api.get('/api/v1/jobs')).body).toEqual({ jobs: [], next_cursor: null });
  expect((await api.get('/api/v1/usage')).text).toBe(before.text);
});

line('transcribe.price', 'a price above the balance is a 402 that names both amounts', async () => {
  const { api } = thrifty;
  // 32 minutes at 0.016 are 0.512.
  const answer = await transcribe(api, silence(32 * 60_000, { sampleRate: 1000 }));
  expect(answer.status).toBe(402);
  expect(answer.body['detail']).toMatch(/0\.512.*0\.50/);
  expect((await api.get('/api/v1/jobs')).body['jobs']).toEqual([]);
});

line('transcribe.minimum', 'exactly AUD 0.50 is enough to submit, and less is a 402', async () => {
  const { api } = thrifty;
  expect((await api.get('/api/v1/usage')).body['credit_balance']).toBe(0.5);
  expect((await transcribe(api, silence(1000))).status).toBe(200);
  const answer = await transcribe(api, silence(1000));
  expect(answer.status).toBe(402);
  expect(answer.body['detail']).toMatch(/\$0\.50 AUD minimum/);
  expect(answer.headers.get('x-error-code')).toBe('credits.insufficient');
});

line(
  'transcribe.idempotency',
  'the same Idempotency-Key answers with the first job, and is one job',
  async () => {
    const { api } = other;
    const before = (await api.get('/api/v1/usage')).body;
    const again = { headers: { 'Idempotency-Key': 'monday-1' }, fields: { num_speakers: '2' } };
    const first = await submit(api, silence(60_000), again);
    expect(await submit(api, silence(60_000), again)).toBe(first);
    const atOnce = await Promise.all([1, 2, 3].map(() => submit(api, silence(60_000), again)));
    expect(new Set(atOnce)).toEqual(new Set([first]));
    await ended(api, first);
    const after = (await api.get('/api/v1/usage')).body;
    expect(Number(after['total_jobs']) - Number(before['total_jobs'])).toBe(1);
  },
);

line(
  'transcribe.idempotency-refused',
  'the same key with another file or other fields is a 400',
  async () => {
    const headers = { 'Idempotency-Key': 'tuesday-1' };
    await submit(customer.api, silence(200), { headers });
    const others = [
      await transcribe(customer.api, silence(201), { headers }),
      await transcribe(customer.api, silence(200), { headers, fields: { num_speakers: '2' } }),
    ];
    for (const { status } of others) expect(status).toBe(400);
  },
);

line(
  'transcribe.client-gone',
  'a client that goes away leaves a failed job that says so, and no charge',
  async () => {
    const before = await other.api.get('/api/v1/usage');
    const job = await breakOff(other);
    expect(job['status']).toBe('failed');
    expect(job['error_message']).toMatch(/upload/i);
    const { body } = await other.api.get('/api/v1/usage');
    expect(body).toMatchObject({ credit_held: 0, total_cost: before.body['total_cost'], failed_jobs: 1 });
  },
);
