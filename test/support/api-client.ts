/** An answer with what the tests look at. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests compare bodies with what they expect; the shapes are the server's to prove.
  readonly body: Record<string, unknown>;
}

export interface FormPart {
  readonly name: string;
  readonly value: string | Buffer;
  /** Makes the part a file. */
  readonly filename?: string;
}

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** A client of the API that knows its address and one key, and nothing else. */
export function createApiClient(baseUrl: string, key?: string, always: Record<string, string> = {}) {
  const headers: Record<string, string> = { ...always, ...(key !== undefined && { 'X-API-Key': key }) };

  const open = (path: string, init: Init = {}): Promise<Response> =>
    fetch(new URL(path, baseUrl), { ...init, headers: { ...headers, ...init.headers } });

  async function send(path: string, init: Init = {}): Promise<Answer> {
    const response = await open(path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer['body'] };
  }

  const sendJson = async (method: string, path: string, body?: object): Promise<Answer> =>
    await send(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  async function sendForm(parts: readonly FormPart[], extra: Record<string, string> = {}): Promise<Answer> {
    const form = new FormData();
    for (const { name, value, filename } of parts) {
      if (filename === undefined) form.append(name, String(value));
      else form.append(name, new Blob([new Uint8Array(Buffer.from(value))]), filename);
    }
    return await send('/api/v1/transcribe', { method: 'POST', body: form, headers: extra });
  }

  return {
    /** The answer as it comes, for what is not JSON. */
    open,
    send,
    sendForm,
    get: async (path: string) => await send(path),
    post: async (path: string, body?: object) => await sendJson('POST', path, body),
    put: async (path: string, body?: object) => await sendJson('PUT', path, body),
    delete: async (path: string) => await send(path, { method: 'DELETE' }),

    /** Submits a small file with the given fields. */
    submit: async (fields: Record<string, string> = {}, extra: Record<string, string> = {}) =>
      await sendForm(
        [
          { name: 'file', value: 'sound', filename: 'talk.mp3' },
          ...Object.entries(fields).map(([name, value]) => ({ name, value })),
        ],
        extra,
      ),
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;
