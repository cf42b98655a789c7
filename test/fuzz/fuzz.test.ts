/**
 * Every route of the document is sent right, nearly right and hostile requests; no answer may be one that the document
 * does not declare. Another seed: `FUZZ_SEED=7 npx vitest run test/fuzz`.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { expectBooksToBalance } from '../invariants/books.ts';
import { startTestService, type TestService } from '../support/test-service.ts';
import { createJudge, createSender } from './judge.ts';
import { fetchDocument, nameOf, operationsOf, type OpenApiDocument } from './openapi-document.ts';
import { customerWithThings, SETTINGS } from './own-things.ts';
import { requestsTo, type FuzzRequest } from './requests.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_301);
/** Together 4,000 requests. */
const RUNS = 200;
const AT_ONCE = 20;

let service: TestService;
let document: OpenApiDocument;
beforeAll(async () => {
  service = await startTestService({ settings: SETTINGS });
  document = await fetchDocument(service.url);
});
afterAll(() => service.close());

test(
  'no request whatever gets an answer that the document does not declare',
  { timeout: 120_000 },
  async () => {
    const { key, accountId, ids: own } = await customerWithThings(service, 4);
    const stranger = await customerWithThings(service, 1);
    await service.credits.adjust({ accountId, amountMicroAud: 1_000_000_000, reason: 'test' });
    const idsFrom = (first: number, past: number) =>
      Object.fromEntries(
        Object.entries(own).map(([kind, all]) => [
          kind,
          [...all.slice(first, past), stranger.ids[kind]?.[0] ?? ''],
        ]),
      );
    const known = { document, key, ids: idsFrom(0, 2), disposableIds: idsFrom(2, 4) };
    const operations = operationsOf(document);
    const sender = createSender(service.url);
    const judge = createJudge(document);
    const seen = new Map<string, Map<number, number>>(operations.map((each) => [nameOf(each), new Map()]));

    async function problemOf(request: FuzzRequest): Promise<string | null> {
      const answer = await sender.send(request);
      const counts = seen.get(nameOf(request.operation));
      if (request.method === request.operation.method) {
        counts?.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
      }
      return judge(request, answer);
    }

    const anyRequest = fc.oneof(...operations.map((operation) => requestsTo(operation, known)));
    const property = fc.asyncProperty(
      fc.array(anyRequest, { minLength: AT_ONCE, maxLength: AT_ONCE }),
      async (requests) => {
        const problems = await Promise.all(
          requests.map(async (request) => {
            const problem = await problemOf(request);
            return problem && { problem, ...shown(request) };
          }),
        );
        expect(problems.filter(Boolean)).toEqual([]);
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
    sender.close();

    // A fuzzer that is only ever refused has seen nothing.
    for (const operation of operations) {
      const statuses = Object.fromEntries(seen.get(nameOf(operation)) ?? []);
      const where = `${nameOf(operation)} ${JSON.stringify(statuses)}`;
      expect(statuses[200] ?? 0, where).toBeGreaterThan(0);
      if (operation.keyScheme !== null) expect(statuses[401] ?? 0, where).toBeGreaterThan(0);
    }
    await expectBooksToBalance(service.db);
  },
);

/** What there is to see of a request in the report of a failure. */
const shown = ({ method, target, headers, body }: FuzzRequest) => ({
  request: `${method} ${target.slice(0, 300)}`,
  headers,
  body: body?.toString().slice(0, 600),
});
