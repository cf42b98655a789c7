import { afterAll, beforeAll, expect, test } from 'vitest';

import { createApiClient } from '../support/api-client.ts';
import { startTestService, type TestService } from '../support/test-service.ts';
import { fetchDocument, fillPath, nameOf, operationsOf, type Operation } from './openapi-document.ts';
import { customerWithThings, KNOWN_PARAMETERS, SETTINGS } from './own-things.ts';

let service: TestService;
let operations: Operation[];
beforeAll(async () => {
  service = await startTestService({ settings: SETTINGS });
  operations = operationsOf(await fetchDocument(service.url)).filter(({ path }) => path.includes('{'));
});
afterAll(() => service.close());

/** What asks for nothing in particular, so that nothing is amiss but the id. */
const bodyFor = ({ bodies }: Operation) =>
  'application/json' in bodies ? { body: '{}', headers: { 'Content-Type': 'application/json' } } : {};

const parametersOf = ({ path }: Operation) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

test('every kind of id that a route takes is one that these tests know how to make', () => {
  expect(operations.length).toBeGreaterThan(1);
  for (const operation of operations) {
    expect(KNOWN_PARAMETERS, nameOf(operation)).toEqual(expect.arrayContaining(parametersOf(operation)));
  }
});

test("somebody else's ids are answered 404 by every route, word for word like ids that nobody has", async () => {
  const owner = await customerWithThings(service, 1);
  const stranger = createApiClient(service.url, (await service.newCustomer()).key);
  for (const operation of operations) {
    const ask = async (idOf: (parameter: string) => string) =>
      await stranger.send(fillPath(operation.path, idOf), {
        method: operation.method,
        ...bodyFor(operation),
      });
    const foreign = await ask((parameter) => owner.ids[parameter]?.[0] ?? '');
    const nobodys = await ask(() => '00000000-0000-4000-8000-000000000000');
    const malformed = await ask(() => 'mine');
    for (const answer of [foreign, nobodys, malformed]) {
      expect(answer, nameOf(operation)).toMatchObject({ status: 404, body: foreign.body });
      expect(answer.headers.get('x-error-code')).toBe(foreign.headers.get('x-error-code'));
    }
  }
  // They were there all the while: their owner can do with them what the stranger could not.
  const deletions = operations.filter(({ method }) => method === 'DELETE');
  for (const operation of [...operations.filter(({ method }) => method === 'GET'), ...deletions]) {
    const path = fillPath(operation.path, (parameter) => owner.ids[parameter]?.[0] ?? '');
    const answer = await fetch(new URL(path, service.url), {
      method: operation.method,
      headers: { 'X-API-Key': owner.key },
    });
    expect(answer.status, nameOf(operation)).toBe(200);
    await answer.body?.cancel();
  }
});
