import type { AnySchemaObject } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';

import { keyHeader, type OpenApiDocument, type Operation, type Parameter } from './openapi-document.ts';
import { anyText, nearlyValidValue, validValue } from './values.ts';

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly operation: Operation;
  /** Mostly that of the operation. */
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | null;
}

export interface Known {
  readonly document: OpenApiDocument;
  readonly key: string;
  /** Ids of real things by the name of the path parameter, those of others among them, which nothing may delete. */
  readonly ids: Ids;
  /** Ids that may be deleted. */
  readonly disposableIds: Ids;
}

type Ids = Readonly<Record<string, readonly string[]>>;

const mostly = <Value>(usual: fc.Arbitrary<Value>, ...unusual: fc.Arbitrary<Value>[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 8, arbitrary: usual }, ...unusual.map((arbitrary) => ({ weight: 1, arbitrary })));

/** Requests to the operation as the document describes it: right ones, nearly right ones and hostile ones. */
export function requestsTo(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: mostly(
        fc.constant(operation.method),
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'QUERY'),
      ),
      target: targets(operation, known),
      headers: headers(operation, known),
      body: bodies(operation, known),
    })
    .map(({ method, target, headers: own, body }) => ({
      operation,
      method,
      target,
      headers: { ...own, ...body?.headers },
      body: body?.bytes ?? null,
    }));
}

const resolver =
  ({ components }: OpenApiDocument) =>
  (schema: AnySchemaObject): AnySchemaObject =>
    typeof schema['$ref'] === 'string'
      ? (components.schemas[schema['$ref'].split('/').at(-1)!] ?? {})
      : schema;

/** As a URL writes it; half of the nasty ones as they are, where they fit into a request line. */
const written = (value: unknown): string => encodeURIComponent(String(value));
const raw = fc.constantFrom(
  '%',
  '%zz',
  '%00',
  '%ff%fe',
  '..',
  '.',
  '%2e%2e%2f',
  'a'.repeat(9000),
  '%F0%9F%8E%99',
  ';',
);

function targets(operation: Operation, { document, ...known }: Known): fc.Arbitrary<string> {
  const resolve = resolver(document);
  const ids = operation.method === 'DELETE' ? known.disposableIds : known.ids;
  const pathParameters = operation.parameters.filter((parameter) => parameter.in === 'path');
  const values = pathParameters.map(({ name }) =>
    mostly(fc.constantFrom(...(ids[name] ?? [])), fc.uuid(), anyText.filter(Boolean).map(written), raw),
  );
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const pairs = fc
    .tuple(...query.map((parameter) => queryPairs(parameter, resolve)))
    .map((each) => each.flat());
  const unknown = mostly(
    fc.constant<string[]>([]),
    anyText.map((text) => [`${written(text)}=${written(text)}`]),
  );
  return fc.tuple(fc.tuple(...values), pairs, unknown).map(([filled, documented, extra]) => {
    const left = [...filled];
    const path = operation.path.replace(/\{\w+\}/g, () => left.shift() ?? '');
    const search = [...documented, ...extra].join('&');
    return search === '' ? path : `${path}?${search}`;
  });
}

/** The parameter left out, given once, given twice, or given badly. */
function queryPairs({ name, schema }: Parameter, resolve: (of: AnySchemaObject) => AnySchemaObject) {
  const value = fc.oneof(
    { weight: 4, arbitrary: validValue(schema, resolve).map(written) },
    { weight: 1, arbitrary: anyText.map(written) },
    { weight: 1, arbitrary: raw },
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    { weight: 6, arbitrary: value.map((one) => [`${name}=${one}`]) },
    { weight: 1, arbitrary: fc.tuple(value, value).map((both) => both.map((one) => `${name}=${one}`)) },
  );
}

const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 300,
});

/** Headers that others act upon, and this service should not. */
const STRANGE = [
  'Range',
  'If-None-Match',
  'If-Modified-Since',
  'Accept',
  'Accept-Encoding',
  'Cookie',
  'X-HTTP-Method-Override',
];

const twice = (once: Record<string, string>) =>
  Object.fromEntries(Object.entries(once).map(([name, value]) => [name, [value, value]]));

function headers(
  operation: Operation,
  { document, key }: Known,
): fc.Arbitrary<Record<string, string | string[]>> {
  const keys = mostly<Record<string, string | string[]>>(
    fc.constant(keyHeader(document, operation, key)),
    fc.constant({}),
    headerText.map((text) => keyHeader(document, operation, text)),
    fc.constant(twice(keyHeader(document, operation, key))),
  );
  const documented = operation.parameters.filter((parameter) => parameter.in === 'header');
  const own = fc.tuple(
    ...documented.map(({ name, schema }) =>
      fc.oneof(
        fc.constant({}),
        validValue(schema, (same) => same).map((value) => ({ [name]: String(value) })),
        headerText.map((text) => ({ [name]: text })),
      ),
    ),
  );
  const strange = mostly<Record<string, string>>(
    fc.constant({}),
    fc
      .tuple(
        fc.constantFrom(...STRANGE),
        fc.oneof(headerText, fc.constantFrom('bytes=0-', 'bytes=-1', '*/*', '*')),
      )
      .map(([name, value]) => ({ [name]: value })),
  );
  return fc
    .tuple(keys, own, strange)
    .map(([one, more, other]) => Object.assign({}, one, ...more, other) as typeof one);
}

interface Body {
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
}

function bodies({ bodies: kinds }: Operation, { document }: Known): fc.Arbitrary<Body | null> {
  const resolve = resolver(document);
  const [kind] = Object.entries(kinds);
  const rubbish = fc.tuple(
    fc.constantFrom('application/json', 'multipart/form-data; boundary=b', 'text/plain', 'image/png', ';'),
    fc.oneof(
      anyText.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ),
  );
  const wrong = rubbish.map(([type, bytes]): Body => ({ headers: { 'Content-Type': type }, bytes }));
  if (!kind) return mostly<Body | null>(fc.constant(null), wrong);
  const [type, schema] = kind;
  const right = type === 'multipart/form-data' ? forms(resolve(schema)) : documents(type, schema, resolve);
  return mostly<Body | null>(right, wrong, fc.constant(null));
}

function documents(type: string, schema: AnySchemaObject, resolve: (of: AnySchemaObject) => AnySchemaObject) {
  return fc
    .oneof(validValue(schema, resolve), nearlyValidValue(schema, resolve))
    .map((value): Body => ({ headers: { 'Content-Type': type }, bytes: Buffer.from(JSON.stringify(value)) }));
}

const DISPOSITION = 'Content-Disposition: form-data; name=';
const quoted = (text: string): string => `"${text.replaceAll('"', '%22').replaceAll(/[\r\n]/g, ' ')}"`;
const filenames = mostly(
  fc.constantFrom('talk.mp3', 'a.WAV', 'é.webm'),
  anyText,
  anyText.map((text) => `${text}.ogg`),
);

/** Forms whose fields are left out, given, given twice, or given badly; the file among them. */
function forms(schema: AnySchemaObject): fc.Arbitrary<Body> {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, AnySchemaObject>);
  const parts = fields.map(([name, each]) => {
    // A field that is a list is sent once for each of its values.
    const value = mostly(
      validValue((each['items'] ?? each) as AnySchemaObject, (same) => same).map(String),
      anyText,
    );
    const one =
      each['format'] === 'binary'
        ? fc
            .tuple(filenames, anyText)
            .map(([file, text]) => `${DISPOSITION}"${name}"; filename=${quoted(file)}\r\n\r\n${text}`)
        : value.map((text) => `${DISPOSITION}"${name}"\r\n\r\n${text}`);
    const left = each['format'] === 'binary' ? 1 : 6;
    return fc.oneof(
      { weight: left, arbitrary: fc.constant<string[]>([]) },
      { weight: 8, arbitrary: one.map((part) => [part]) },
      { weight: 1, arbitrary: fc.tuple(one, one).map((both) => [...both]) },
    );
  });
  const extra = mostly(
    fc.constant<string[]>([]),
    fc.tuple(anyText, anyText).map(([name, text]) => [`${DISPOSITION}${quoted(name)}\r\n\r\n${text}`]),
  );
  return fc
    .tuple(fc.tuple(...parts), extra, mostly(fc.constant('--b--\r\n'), fc.constant('')))
    .map(([each, more, end]) => {
      const all = [...each.flat(), ...more].map((part) => `--b\r\n${part}\r\n`);
      return {
        headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
        bytes: Buffer.from(all.join('') + end),
      };
    });
}
