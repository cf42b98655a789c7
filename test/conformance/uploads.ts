import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';

import type { Answer } from './api.ts';
import type { Customer } from './customers.ts';
import { ended, jobsOf, type Job } from './jobs.ts';
import { beginRequest } from './raw-request.ts';
import { silence } from './recordings.ts';

/** A recording half way to the server. */
export interface HalfUpload {
  /** The job as the list showed it at first. */
  readonly job: Job;
  /** Goes away without sending the other half. */
  readonly hangUp: () => void;
}

/** Sends half of a recording, and waits until the account's list of jobs shows it. */
export async function uploadHalf(customer: Customer): Promise<HalfUpload> {
  for (;;) {
    const key = (await customer.keys.keyFor('submit')) ?? customer.key;
    const upload = await tryToUploadHalf(customer, key);
    if ('job' in upload) return upload;
    expect(upload.status, upload.text).toBe(429);
    await customer.keys.limited('submit', key, Number(upload.headers.get('retry-after')));
  }
}

/** As {@link uploadHalf}, or the answer of a server that wants not even half of it. */
async function tryToUploadHalf({ api }: Customer, key: string): Promise<HalfUpload | Answer> {
  const { name, bytes } = silence(60_000);
  const request = await beginRequest({
    method: 'POST',
    path: '/api/v1/transcribe',
    headers: {
      'X-API-Key': key,
      'Content-Type': 'multipart/form-data; boundary=cut',
      'Content-Length': String(bytes.length + 1000),
    },
  });
  request.write(`--cut\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`);
  request.write(bytes.subarray(0, bytes.length / 2));
  const refusals: Answer[] = [];
  request.answer().then(
    (answer) => refusals.push(answer),
    () => undefined,
  );
  for (;;) {
    const [refused] = refusals;
    if (refused) return refused;
    const [job] = await jobsOf(api, '?status=uploading&limit=1');
    if (job) return { job, hangUp: () => request.hangUp() };
    await delay(200);
  }
}

/** Breaks an upload off in the middle, and answers with the job when it has ended: the surest way to a failed one. */
export async function breakOff(customer: Customer): Promise<Job> {
  const { job, hangUp } = await uploadHalf(customer);
  hangUp();
  return await ended(customer.api, String(job['id']));
}
