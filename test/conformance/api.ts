import { expectGroundRules } from './ground-rules.ts';

/** An answer, with its body as it came and, where it is JSON, as a value. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  // The tests compare with what they expect: its shape is the server's to prove.
  readonly body: Record<string, unknown>;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: FormData | string | Uint8Array<ArrayBuffer>;
}

/** Where a request's key comes from, and what is done about a 429. */
export interface Keys {
  keyFor(kind: LimitKind): Promise<string | undefined>;
  /** Whether to ask again, now that the server wants that key to be left alone for so many seconds. */
  limited(kind: LimitKind, key: string | undefined, seconds: number): Promise<boolean>;
}

/** What a server counts apart. */
export type LimitKind = 'submit' | 'request';

export type Api = ReturnType<typeof createApi>;

/** One key or none, and every answer is shown as it is. */
export function onlyKey(key?: string): Keys {
  return { keyFor: async () => key, limited: async () => false };
}

/** A client that holds every answer to the ground rules, so that each test is also a test of those. */
export function createApi(url: string, keys: Keys) {
  async function send(path: string, question: Question = {}): Promise<Answer> {
    const { method = 'GET', headers, body } = question;
    const kind = method === 'POST' && /transcri/.test(path) ? 'submit' : 'request';
    for (;;) {
      const key = await keys.keyFor(kind);
      const response = await fetch(new URL(path, url), {
        method,
        headers: { ...(key !== undefined && { 'X-API-Key': key }), ...headers },
        body: body ?? null,
      });
      const answer = await read(response);
      if (path.startsWith('/api/v1')) expectGroundRules(answer);
      const seconds = Number(answer.headers.get('retry-after'));
      if (answer.status !== 429 || !(await keys.limited(kind, key, seconds))) return answer;
    }
  }

  return {
    send,
    get: async (path: string, headers: Record<string, string> = {}) => await send(path, { headers }),
    post: async (path: string, body: NonNullable<Question['body']>, headers: Record<string, string> = {}) =>
      await send(path, { method: 'POST', body, headers }),
    delete: async (path: string) => await send(path, { method: 'DELETE' }),
  };
}

async function read(response: Response): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  const isJson = response.headers.get('content-type')?.includes('application/json') ?? false;
  const body = (isJson ? JSON.parse(text) : {}) as Answer['body'];
  return { status: response.status, headers: response.headers, bytes, text, body };
}
