import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createModelStore, type ModelStore } from '@icana/engine/models';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { serveBodies, type LocalServer } from '../../../../engine/src/models/testing/local-server.ts';
import { sampleHttpsModel } from '../../../../engine/src/models/testing/sample-models.ts';
import { createApiClient } from '../../../../test/support/api-client.ts';
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
/** What the origin waits for before it answers. */
let held: Promise<void> | undefined;

beforeAll(async () => {
  origin = await serveBodies(async (file) => {
    await held;
    return published.get(file);
  });
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
  const settings = { languageModels: { de: 'with-terms' } };
  service = await startTestService({ working: false, modelStore: store, settings });
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
const removeModel = async (id: string) => await operator.client.delete(`/app/operator/models/${id}`);
const refusalOf = async (id: string) => {
  const { status, headers, body } = await removeModel(id);
  return [status, headers.get('x-error-code'), body['detail']];
};
const removals = async () =>
  (await service.operatorActions.list({ limit: 50 })).actions.filter(({ what }) => what === 'model.remove');

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
          neededFor: null,
        },
        { id: 'with-terms', licence: 'Odd Licence', terms: TERMS, neededFor: expect.stringContaining('de') },
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

describe('a model that is there', () => {
  beforeEach(async () => {
    origin.answer('whole');
    await store.install('sample');
  });

  test('is removed with its files, which the log tells of, and can be fetched again', async () => {
    const { folder: ofModel } = store.show('sample');
    const before = await removals();
    await fetchModel('sample');
    await expect.poll(lastFetch).toMatchObject({ model: 'sample', state: 'installed' });
    expect((await removeModel('sample')).body).toEqual({});
    expect(existsSync(ofModel)).toBe(false);
    expect(await models()).toMatchObject({
      models: [{ id: 'sample', isInstalled: false }, {}, {}],
      fetches: [],
    });
    const { hostName } = service.workers.self;
    const [removal, ...others] = await removals();
    expect(removal).toMatchObject({ who: operator.email, about: 'sample', details: { machine: hostName } });
    expect(others).toEqual(before);
    const [own] = await service.workers.list();
    expect(own?.models, 'its process says so at once').not.toContain('sample');

    expect(await refusalOf('sample')).toEqual([
      400,
      'models.not_installed',
      'The model sample is not there yet, or not any more.',
    ]);
    await fetchModel('sample');
    await expect.poll(() => store.show('sample').installed).toBe(true);
    expect(await store.verify('sample')).toEqual([]);
  });

  test('stays when the settings name it', async () => {
    await store.install('with-terms', { acceptLicence: true });
    expect(await refusalOf('with-terms')).toEqual([
      400,
      'models.needed',
      'The model with-terms cannot be removed. LANGUAGE_MODELS names it for the language de.',
    ]);
    expect(store.show('with-terms').installed).toBe(true);
  });

  test('stays while a recording is not done that it is used for', async () => {
    const { key } = await service.newCustomer();
    const { body } = await createApiClient(service.url, key).submit();
    const [before, detail] = [await removals(), 'The model sample is used for a recording that is not done'];
    expect(await refusalOf('sample')).toEqual([
      400,
      'models.in_use',
      `${detail}: wait for that, or cancel it.`,
    ]);
    expect(store.show('sample').installed).toBe(true);
    expect(await removals(), 'what was refused is not in the log').toEqual(before);
    await service.lifecycle.fail(String(body['job_id']), 'It breaks off.');
    expect((await removeModel('sample')).status).toBe(200);
  });

  test('stays while it is repaired, and is whole afterwards', async () => {
    const file = store.path('sample', 'encoder.onnx');
    await writeFile(file, Buffer.alloc((await stat(file)).size));
    const { promise, resolve: goOn } = Promise.withResolvers<void>();
    held = promise;
    await fetchModel('sample');
    await expect.poll(() => existsSync(`${store.show('sample').folder}.lock`)).toBe(true);
    expect((await refusalOf('sample')).slice(0, 2)).toEqual([400, 'models.busy']);
    goOn();
    await expect.poll(lastFetch, { timeout: 20_000 }).toMatchObject({ state: 'installed' });
    expect(await store.verify('sample')).toEqual([]);
  });

  test('is removed by operators alone, and only when there is such a one', async () => {
    const stranger = await signIn(service);
    expect((await stranger.client.delete('/app/operator/models/sample')).status).toBe(404);
    expect((await refusalOf('gpt-5')).slice(0, 2)).toEqual([404, 'models.not_found']);
    expect(store.show('sample').installed).toBe(true);
  });
});
