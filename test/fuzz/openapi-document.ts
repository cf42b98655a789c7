import type { AnySchemaObject } from 'ajv/dist/2020.js';

/** A parameter as the document describes it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: AnySchemaObject;
}

interface Answer {
  readonly description: string;
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { readonly schema?: AnySchemaObject }>;
}

/** A verb and a path, and everything that the document says of them. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  /** How a request to it carries its key, by the name of a security scheme; null where it needs none. */
  readonly keyScheme: string | null;
  readonly parameters: readonly Parameter[];
  /** By content type; empty where no body is taken. */
  readonly bodies: Readonly<Record<string, AnySchemaObject>>;
  readonly answers: Readonly<Record<string, Answer>>;
}

/** An OpenAPI 3.1 document, as far as these tests read it. */
export interface OpenApiDocument {
  readonly paths: Record<string, Record<string, RawOperation>>;
  readonly components: {
    readonly schemas: Record<string, AnySchemaObject>;
    readonly securitySchemes: Record<string, SecurityScheme>;
  };
}

type SecurityScheme =
  { readonly type: 'apiKey'; readonly name: string } | { readonly type: 'http'; readonly scheme: string };

interface RawOperation {
  readonly security?: readonly Record<string, unknown>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: AnySchemaObject }> };
  readonly responses: Record<string, Answer>;
}

export async function fetchDocument(baseUrl: string): Promise<OpenApiDocument> {
  const response = await fetch(new URL('/openapi.json', baseUrl));
  return (await response.json()) as OpenApiDocument;
}

export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({
      method: verb.toUpperCase(),
      path,
      keyScheme: Object.keys(operation.security?.[0] ?? {})[0] ?? null,
      parameters: operation.parameters ?? [],
      bodies: Object.fromEntries(
        Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema]),
      ),
      answers: operation.responses,
    })),
  );
}

/** The header in which a request to the operation carries the key. */
export function keyHeader(
  { components }: OpenApiDocument,
  { keyScheme }: Operation,
  key: string,
): Record<string, string> {
  const scheme = keyScheme === null ? undefined : components.securitySchemes[keyScheme];
  if (!scheme) return {};
  return scheme.type === 'apiKey' ? { [scheme.name]: key } : { Authorization: `${scheme.scheme} ${key}` };
}

export const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** The path with its parameters filled in. */
export function fillPath(path: string, valueOf: (parameter: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(valueOf(parameter)));
}
