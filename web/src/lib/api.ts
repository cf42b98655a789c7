/** What the service refused, in its own words: `message` is a sentence for the person. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** From the header `X-Error-Code`, such as `credits.insufficient`; empty where nothing of ours answered. */
  readonly code: string;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Whether the service does not know, or not any more, who asks. */
export const isSessionMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'session.missing';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const UNREACHABLE = 'The service cannot be reached. Check your connection and try again.';

/** So long an answer may take: a line can swallow a question without a word, and nobody would ever hear of it. */
const PATIENCE_MS = 30_000;
/** For what is worked out of a whole recording, or is as large as a whole transcript. */
export const LONG_PATIENCE_MS = 10 * 60_000;
/** What is sent takes its time, too: this is a line of 128 kbit/s. */
const SLOWEST_BYTES_PER_MS = 16;

interface Question {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly patienceMs?: number;
}

/**
 * Asks the service.
 *
 * @param path from the root, such as `/app/session`
 * @returns what it answered, which is trusted to have the type: page and service are of one build
 * @throws ApiError when it refuses, or no answer comes (then with status 0)
 */
export async function ask<Answer>(
  method: Method,
  path: string,
  { body, signal, patienceMs = PATIENCE_MS }: Question = {},
): Promise<Answer> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const patience = new AbortController();
  const sendingMs = (sent?.length ?? 0) / SLOWEST_BYTES_PER_MS;
  const timer = setTimeout(() => patience.abort(), patienceMs + sendingMs);
  try {
    const answer = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: sent }),
      signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
    });
    if (!answer.ok) throw await refusalIn(answer);
    // An answer of another type is none of ours; see above for the cast.
    return (await answer.json()) as Answer;
  } catch (cause) {
    if (signal?.aborted || cause instanceof ApiError) throw cause;
    throw new ApiError({ status: 0, code: '', message: UNREACHABLE });
  } finally {
    clearTimeout(timer);
  }
}

/** The error in an answer; a sentence of our own where it is none of the service's, but a proxy's. */
async function refusalIn(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const { detail } = (body ?? {}) as { detail?: unknown };
  return new ApiError({
    status: answer.status,
    code: answer.headers.get('x-error-code') ?? '',
    message:
      typeof detail === 'string'
        ? detail
        : `The service answered with an error (${answer.status}). Try again in a moment.`,
  });
}

/** What to tell the person about whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something went wrong on this page. Reload it and try again.';
