import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';

import type { Answer, Api } from './api.ts';
import type { Recording } from './recordings.ts';

export type Job = Answer['body'];

/** The form of a submission. */
export function form(recording: Recording | null, fields: Readonly<Record<string, string>> = {}): FormData {
  const parts = new FormData();
  for (const [name, value] of Object.entries(fields)) parts.append(name, value);
  if (recording) parts.append('file', new Blob([recording.bytes]), recording.name);
  return parts;
}

/** Submits a recording, whatever the answer. */
export async function transcribe(
  api: Api,
  recording: Recording,
  options: { fields?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return await api.post('/api/v1/transcribe', form(recording, options.fields), options.headers);
}

/** Submits a recording that must be taken, and answers with the job's id. */
export async function submit(
  api: Api,
  recording: Recording,
  options?: { fields?: Record<string, string>; headers?: Record<string, string> },
): Promise<string> {
  const answer = await transcribe(api, recording, options);
  expect(answer.body).toMatchObject({ status: 'processing' });
  return String(answer.body['job_id']);
}

/** A page of the account's jobs. */
export async function jobsOf(api: Api, query = ''): Promise<Job[]> {
  const answer = await api.get(`/api/v1/jobs${query}`);
  expect(answer.status).toBe(200);
  return answer.body['jobs'] as Job[];
}

export async function show(api: Api, id: string, query = ''): Promise<Job> {
  const answer = await api.get(`/api/v1/jobs/${id}${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

export const hasEnded = (job: Job): boolean => job['status'] === 'completed' || job['status'] === 'failed';

/** Polls, less and less often, until the job has ended, and answers with what it is then. */
export async function ended(api: Api, id: string, query = ''): Promise<Job> {
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 1.3, 2000)) {
    const job = await show(api, id, query);
    if (hasEnded(job)) return job;
    await delay(pauseMs);
  }
}

/** Submits a recording that must be taken and transcribed, and answers with the completed job. */
export async function completed(
  api: Api,
  recording: Recording,
  options?: { fields?: Record<string, string>; query?: string },
): Promise<Job> {
  const job = await ended(api, await submit(api, recording, options), options?.query);
  expect(job).toMatchObject({ status: 'completed', error_message: null });
  return job;
}
