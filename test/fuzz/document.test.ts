import { validate } from '@apidevtools/swagger-parser';
import { API_STATUSES } from '@icana/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestService, type TestService } from '../support/test-service.ts';
import { fetchDocument, nameOf, operationsOf, type OpenApiDocument } from './openapi-document.ts';

let service: TestService;
let document: OpenApiDocument;
beforeAll(async () => {
  service = await startTestService({ working: false });
  document = await fetchDocument(service.url);
});
afterAll(() => service.close());

test('the document is valid OpenAPI 3.1', async () => {
  await expect(validate(structuredClone(document) as never)).resolves.toMatchObject({ openapi: '3.1.0' });
});

test('every answer of every route is described', () => {
  for (const operation of operationsOf(document)) {
    for (const [status, { description, headers }] of Object.entries(operation.answers)) {
      const where = `${nameOf(operation)} ${status}`;
      expect(description, where).toMatch(/^(?!Default).{10,}/);
      expect(Object.keys(headers ?? {}), where).toContain('X-Request-Id');
    }
  }
});

test('a route behind the key has the documented statuses and no others, each with its headers', () => {
  const guarded = operationsOf(document).filter((operation) => operation.keyScheme !== null);
  expect(guarded.length).toBeGreaterThanOrEqual(4);
  expect(guarded.every(({ path }) => /^\/(api\/)?v1\//.test(path))).toBe(true);
  for (const operation of guarded) {
    const statuses = Object.keys(operation.answers);
    const known = API_STATUSES.map(String);
    expect(known, nameOf(operation)).toEqual(expect.arrayContaining(statuses));
    expect(statuses, nameOf(operation)).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '429', '500']),
    );
    expect(Object.keys(operation.answers['429']?.headers ?? {})).toEqual(
      expect.arrayContaining(['X-Error-Code', 'Retry-After', 'RateLimit-Limit', 'RateLimit-Remaining']),
    );
  }
});

test('a submission is a form with a file, and may carry an Idempotency-Key', () => {
  const submit = operationsOf(document).find((operation) => nameOf(operation) === 'POST /api/v1/transcribe');
  expect(submit?.bodies['multipart/form-data']).toMatchObject({ required: ['file'] });
  expect(submit?.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: false }]);
});

test('every shape has one name', () => {
  const names = Object.keys(document.components.schemas);
  expect(names).toEqual(expect.arrayContaining(['Error', 'Job', 'JobList', 'SubmitAnswer', 'Usage']));
  expect(names.filter((name) => name.endsWith('Input'))).toEqual([]);
});
