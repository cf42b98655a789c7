import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import type { OpenApiDocument, Operation } from './openapi-document.ts';
import type { FuzzRequest } from './requests.ts';

const ANSWER_WITHIN_MS = 15_000;

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A sender of anything that Node lets over a connection. `close` it at the end. */
export function createSender(baseUrl: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const { hostname, port } = new URL(baseUrl);
  return {
    async send({ method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
      const length = body ? { 'Content-Length': body.length } : {};
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = httpRequest({
          agent,
          hostname,
          port,
          method,
          path: target,
          headers: { ...headers, ...length },
        });
        request.setTimeout(ANSWER_WITHIN_MS, () => request.destroy(new Error('there was no answer')));
        request
          .once('response', resolve)
          .once('error', reject)
          .end(body ?? undefined);
      });
      return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
    },
    close: () => agent.destroy(),
  };
}

/** Says what is wrong with an answer by the document, or null. */
export function createJudge(document: OpenApiDocument) {
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  ajv.addSchema({ ...document, $id: 'document' });
  const validators = new Map<string, ValidateFunction>();

  /** What the document says of the body of an answer; of a kind such as `audio/*` nothing but the kind. */
  function problemOfBody(operation: Operation, { status, headers, body }: FuzzAnswer): string | null {
    const kind = headers['content-type'] ?? '';
    const content = operation.answers[status]?.content;
    if (!content) return null;
    const declared = Object.keys(content).find((each) => covers(each, kind));
    if (declared === undefined) return `content type ${kind} is not declared`;
    if (!kind.startsWith('application/json')) return null;
    return problemOfShape(placeOf(operation, status, declared), JSON.parse(body.toString()));
  }

  /** What is wrong with a value by the schema that stands at a place of the document. */
  function problemOfShape(place: readonly string[], value: unknown): string | null {
    const pointer = place.map(escaped).join('/');
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `document#/${pointer}` });
    validators.set(pointer, validate);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  }

  /** Whatever the error, also one of a verb that the document does not have: its shape is that of a malformed request. */
  function problemOfError(operation: Operation, { headers, body }: FuzzAnswer): string | null {
    const parsed = JSON.parse(body.toString()) as { detail?: string; error?: { message: string } };
    const problem = problemOfShape(placeOf(operation, 400, 'application/json'), parsed);
    if (problem) return `the body is ${body.toString().slice(0, 200)}: ${problem}`;
    if ((parsed.detail ?? parsed.error?.message ?? '').trim() === '') return 'there is no sentence';
    return headers['x-error-code'] ? null : 'there is no error code';
  }

  return function judge(request: FuzzRequest, answer: FuzzAnswer): string | null {
    const { operation, method } = request;
    const { status, headers, body } = answer;
    if (!/^[0-9a-f-]{36}$/.test(String(headers['x-request-id']))) return 'there is no request id';
    if (status >= 500) return `an answer of ${status}: ${body.toString()}`;
    if (status >= 400 && method !== 'HEAD') {
      const problem = problemOfError(operation, answer);
      if (problem) return problem;
    }
    if (method !== operation.method) return null;
    if (!(status in operation.answers)) return `${status} is not declared`;
    return problemOfBody(operation, answer);
  };
}

/** Where the document has the schema of an answer. */
const placeOf = ({ path, method }: Operation, status: number, type: string): string[] => [
  'paths',
  path,
  method.toLowerCase(),
  'responses',
  String(status),
  'content',
  type,
  'schema',
];

function covers(declared: string, kind: string): boolean {
  const [wanted = '', got = ''] = [declared, kind].map((each) => each.split(';')[0]?.trim());
  return wanted.endsWith('/*') ? got.startsWith(wanted.slice(0, -1)) : wanted === got;
}

const escaped = (step: string): string =>
  encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
