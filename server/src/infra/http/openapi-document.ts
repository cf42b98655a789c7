import type { ErrorStatus } from '@icana/contract';

import { STATUS_MEANINGS } from './errors-page.ts';

/** The parts of an OpenAPI 3.1 document that are completed here. */
export interface OpenApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown>; headers?: Record<string, Header> };
}

interface Operation {
  summary?: string;
  security?: unknown[];
  responses: Record<string, Answer>;
}

interface Answer {
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: unknown }>;
}

interface Header {
  description: string;
  schema: { type: 'integer' | 'string'; format?: 'uuid' };
}

/** What the generator says where a route says nothing. */
const NO_DESCRIPTION = 'Default Response';

const ANSWER_HEADERS = {
  'X-Request-Id': {
    description: 'Report it when something is wrong: the log knows the request by it.',
    schema: { type: 'string', format: 'uuid' },
  },
  'X-Error-Code': {
    description: 'Which error it is. Codes never change their meaning; the sentence in the body may.',
    schema: { type: 'string' },
  },
  'RateLimit-Limit': {
    description: 'How many requests of this kind a minute allows.',
    schema: { type: 'integer' },
  },
  'RateLimit-Remaining': { description: 'How many of them are left.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until all of them are back.', schema: { type: 'integer' } },
  'Retry-After': { description: 'Seconds to wait before the next try.', schema: { type: 'integer' } },
} as const satisfies Record<string, Header>;

type HeaderName = keyof typeof ANSWER_HEADERS;

const LIMIT_HEADERS = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

/** Whatever a route is, its request may be malformed, and something may go wrong with it. */
const ERRORS_OF_ALL: readonly ErrorStatus[] = [400, 500];
const ERRORS_BEHIND_THE_GUARD: readonly ErrorStatus[] = [401, 403, 429];

/**
 * Says what every route has in common and no route says itself: the answers of the guard and of the server, their
 * headers, and one name for each shape. Changes the document.
 */
export function completeDocument<Document extends OpenApiDocument>(document: Document): Document {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path));
  for (const operation of operations) completeOperation(operation);
  document.components = { ...document.components, headers: { ...ANSWER_HEADERS } };
  document.components.schemas = keepUsedSchemas(document);
  return document;
}

function completeOperation(operation: Operation): void {
  const isGuarded = (operation.security ?? []).length > 0;
  for (const status of isGuarded ? [...ERRORS_OF_ALL, ...ERRORS_BEHIND_THE_GUARD] : ERRORS_OF_ALL) {
    operation.responses[status] ??= {
      description: STATUS_MEANINGS[status],
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (answer.description === NO_DESCRIPTION) answer.description = `${operation.summary ?? ''}.`;
    answer.headers = Object.fromEntries(
      headersOf(Number(status), isGuarded).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    );
  }
}

function headersOf(status: number, isGuarded: boolean): HeaderName[] {
  return [
    'X-Request-Id',
    ...(status in STATUS_MEANINGS ? (['X-Error-Code'] as const) : []),
    ...(isGuarded ? LIMIT_HEADERS : []),
    ...(status === 429 ? (['Retry-After'] as const) : []),
  ];
}

/**
 * The generator writes every shape twice, as it is sent and, with `Input` behind its name, as it is received. Keeps the
 * twin that is referred to, under the plain name; where both are, both.
 */
function keepUsedSchemas(document: OpenApiDocument): Record<string, unknown> {
  const schemas = document.components?.schemas ?? {};
  const used = schemasUsed(document);
  const kept: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const plainName = name.replace(/Input$/, '');
    const isReceived = plainName !== name && plainName in schemas;
    if (isReceived && used.has(name) && !used.has(plainName)) renameReferences(document, name, plainName);
    if (isReceived ? used.has(name) : used.has(name) || !used.has(`${name}Input`)) {
      kept[isReceived && !used.has(plainName) ? plainName : name] = schema;
    }
  }
  return kept;
}

const REFERENCE = '#/components/schemas/';

/** Names of the schemas that the routes refer to, or that those refer to. */
function schemasUsed(document: OpenApiDocument): Set<string> {
  const used = new Set<string>();
  const waiting: unknown[] = [document.paths];
  for (const value of waiting) {
    forEachReference(value, ({ $ref }) => {
      const name = $ref.slice(REFERENCE.length);
      if (!$ref.startsWith(REFERENCE) || used.has(name)) return;
      used.add(name);
      waiting.push(document.components?.schemas?.[name]);
    });
  }
  return used;
}

function renameReferences(within: unknown, from: string, to: string): void {
  forEachReference(within, (reference) => {
    if (reference.$ref === REFERENCE + from) reference.$ref = REFERENCE + to;
  });
}

function forEachReference(value: unknown, visit: (reference: { $ref: string }) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if ('$ref' in value && typeof value.$ref === 'string') visit(value as { $ref: string });
  for (const child of Object.values(value)) forEachReference(child, visit);
}
