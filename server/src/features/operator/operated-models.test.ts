import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createModelStore, type ModelStore } from '@icana/engine/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { serveBodies, type LocalServer } from '../../../../engine/src/models/testing/local-server.ts';
import { sampleHttpsModel } from '../../../../engine/src/models/testing/sample-models.ts';
import { signIn, type SignedInPerson } from '../../../../test/support/signed-in.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';

const TERMS = { summary: 'learning', url: 'https://example.org/terms' };
const BYTES = 400_000;

let origin: LocalServer;
let folder: string;
let store: ModelStore;
let service: TestService;
let operator: SignedInPerson;
const published = new Map<string, Buffer>();

beforeAll(async () => {
  origin = await serveBodies(async (file) => published.get(file));
  folder = await mkdtemp(path.join(tmpdir(), 'icana-operator-models-'));
  const { model, contents } = sampleHttpsModel(origin.url);
  for (const [file, bytes] of contents) published.set(file, bytes);
  const withTerms = { ...model, id: 'with-terms', licence: 'Odd Licence', terms: TERMS };
  const unpublished = { ...model.files[0]!, from: `${origin.url}/nowhere.onnx` };
  const lost = { ...model, id: 'lost', files: [unpublished] };
  store = createModelStore({
    directory: path.join(folder, 'models'),
    catalogue: [model, withTerms, lost],
    allowLoopbackHttp: true,
  });
  service = await startTestService({ working: false, modelStore: store });
  operator = await signIn(service, { isOperator: true });
});
afterAll(async () => {
  await service.close();
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const models = async (of = operator) => (await of.client.get('/app/operator/models')).body;
const fetchModel = async (id: string, body: object = { acceptLicence: false }) =>
  await operator.client.post(`/app/operator/models/${id}/fetch`, body);
const lastFetch = async () => ((await models())['fetches'] as unknown[])[0];

describe('the models', () => {
  test('are those of the catalogue, with what there is to know before one is fetched', async () => {
    expect(await models()).toMatchObject({
      hostName: service.workers.self.hostName,
      folder: path.join(folder, 'models'),
      models: [
        {
          id: 'sample',
          kind: 'recogniser',
          languages: ['en'],
          detectsLanguage: false,
          licence: 'CC0-1.0',
          terms: null,
          bytes: BYTES,
          downloadBytes: BYTES,
          isInstalled: false,
        },
        { id: 'with-terms', licence: 'Odd Licence', terms: TERMS },
        { id: 'lost' },
      ],
      fetches: [],
    });
  });

  test('are fetched one at a time, with progress, and can be used as soon as they are there', async () => {
    origin.answer('slowly', 'slowly');
    expect((await fetchModel('sample')).body).toEqual({});
    expect(await lastFetch()).toMatchObject({
      model: 'sample',
      state: 'fetching',
      totalBytes: BYTES,
      failure: null,
    });
    const second = await fetchModel('lost');
    expect(second.headers.get('x-error-code')).toBe('models.busy');
    await expect
      .poll(lastFetch, { timeout: 20_000 })
      .toMatchObject({ state: 'installed', receivedBytes: BYTES });
    expect(store.show('sample').installed).toBe(true);
    expect((await models())['models']).toMatchObject([{ id: 'sample', isInstalled: true }, {}, {}]);
    const { body } = await operator.client.get('/app/operator/workers');
    await expect.poll(() => body).toMatchObject({ workers: [{ models: ['sample'] }] });
    const { actions } = await service.operatorActions.list({ limit: 10 });
    expect(actions, 'what was refused is not in the log').toMatchObject([
      { who: operator.email, what: 'model.fetch', about: 'sample', details: { licence: 'CC0-1.0' } },
    ]);
  });

  test('whose licence is no open one are fetched only when it is accepted', async () => {
    const refused = await fetchModel('with-terms');
    expect(refused.headers.get('x-error-code')).toBe('models.licence');
    expect(refused.body['detail']).toBe(
      'The model with-terms is under the Odd Licence: read it and accept it first.',
    );
    origin.answer('whole');
    expect((await fetchModel('with-terms', { acceptLicence: true })).status).toBe(200);
    await expect.poll(() => store.show('with-terms').installed).toBe(true);
  });

  test('that cannot be had say why, on whichever process of the deployment is asked', async () => {
    expect((await fetchModel('lost')).status).toBe(200);
    await expect.poll(lastFetch).toMatchObject({ model: 'lost', state: 'failed' });
    expect(await lastFetch()).toMatchObject({ failure: expect.stringContaining('lost') });
    const other = await startTestService({ working: false, beside: service });
    const { client } = operator;
    const answer = await client.send(`${other.url}/app/operator/models`, { headers: { origin: other.url } });
    expect(answer.body['fetches']).toMatchObject([{ model: 'lost', state: 'failed' }]);
    await other.close();
  });

  test('that nobody knows are not fetched', async () => {
    expect((await fetchModel('gpt-5')).headers.get('x-error-code')).toBe('models.not_found');
    expect((await fetchModel('sample', {})).status).toBe(400);
  });
});
