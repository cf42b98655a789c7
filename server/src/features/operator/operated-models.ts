import type { Model, ModelFetch, Models } from '@icana/contract/app';
import {
  ModelError,
  downloadBytes,
  installedBytes,
  installedRecogniser,
  type ModelProgress,
  type ModelStore,
  type ModelsByLanguage,
} from '@icana/engine/models';
import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { OperatorActions } from './actions.ts';
import { needFor } from './model-needs.rules.ts';
import { listOpenLanguages } from './operated-jobs.store.ts';
import type { Workers } from './workers.ts';
import { beginModelFetch, forgetModelFetch, noteModelFetch } from './workers.store.ts';

/** So often it is written down how far a download has come. */
const NOTE_EVERY_MS = 1000;
/** Whoever else removes a model has done so before; whoever fetches it takes longer. */
const REMOVAL_PATIENCE_MS = 1000;
const UNKNOWN_FAILURE = 'The model could not be fetched; the log of the service says why.';

export type OperatedModels = ReturnType<typeof createOperatedModels>;

/**
 * The models that there are, and the fetching and removing of them: on the machine whose process was asked, and there one
 * is fetched at a time. How that goes is noted in the process' row, so that whichever process is asked next can tell.
 */
export function createOperatedModels(parts: {
  database: Database;
  store: ModelStore;
  /** As the settings name them. */
  byLanguage: ModelsByLanguage;
  workers: Pick<Workers, 'self' | 'tell' | 'list'>;
  actions: Pick<OperatorActions, 'record'>;
  log: Logger;
}) {
  const { database, store, byLanguage, workers, actions, log } = parts;
  const closing = new AbortController();
  let underWay: Promise<void> = Promise.resolve();

  async function fetchNoting(begun: ModelFetch, acceptLicence: boolean): Promise<void> {
    let notedAt = 0;
    let noting: Promise<unknown> = Promise.resolve();
    const note = (fetch: ModelFetch) => {
      noting = noting
        .then(() => noteModelFetch(database, workers.self.id, fetch))
        .catch((err: unknown) => log.warn({ err }, 'how far a model has come was not noted'));
    };
    const onProgress = ({ state, receivedBytes, totalBytes }: ModelProgress) => {
      if (state === 'installed' || Date.now() - notedAt < NOTE_EVERY_MS) return;
      notedAt = Date.now();
      note({ ...begun, state, receivedBytes, totalBytes });
    };
    try {
      await store.install(begun.model, { onProgress, acceptLicence, signal: closing.signal });
      note({ ...begun, state: 'installed', receivedBytes: begun.totalBytes });
      log.info({ model: begun.model }, 'a model was fetched');
    } catch (err) {
      if (!closing.signal.aborted) log.warn({ err, model: begun.model }, 'a model could not be fetched');
      note({ ...begun, state: 'failed', failure: err instanceof ModelError ? err.message : UNKNOWN_FAILURE });
    }
    await noting;
    await workers.tell().catch(() => undefined);
  }

  function find(id: string) {
    const found = store.list().find(({ model }) => model.id === id);
    if (!found) throw refusal('models.not_found');
    return found.model;
  }

  /** @throws ApiError 400 while a job is open that the model is used for */
  async function requireUnused(db: Database, { id, kind }: ReturnType<typeof find>): Promise<void> {
    const isUsedFor = (language: string) =>
      kind !== 'recogniser' || installedRecogniser(store, { language, byLanguage })?.id === id;
    if ((await listOpenLanguages(db)).some(isUsedFor)) throw refusal('models.in_use', { model: id });
  }

  async function removeFiles(id: string): Promise<void> {
    const signal = AbortSignal.timeout(REMOVAL_PATIENCE_MS);
    try {
      await store.remove(id, { signal });
    } catch (err) {
      if (err === signal.reason) throw refusal('models.busy');
      if (err instanceof ModelError) throw refusal('operator.refused', { problem: err.message });
      throw err;
    }
  }

  return {
    async list(): Promise<Models> {
      const fetches = (await workers.list()).flatMap(({ isGone, hostName, modelFetch }) =>
        modelFetch && !isGone ? [{ ...modelFetch, hostName }] : [],
      );
      return {
        hostName: workers.self.hostName,
        folder: store.directory,
        models: store.list().map((stored) => toModel(stored, byLanguage)),
        fetches,
      };
    },

    /**
     * Begins to fetch a model, or to repair it.
     * @throws ApiError 404 when the catalogue has no such model, 400 when its licence has to be accepted or one is being
     *   fetched on this machine
     */
    async fetch(who: string, { id, acceptLicence }: { id: string; acceptLicence: boolean }): Promise<void> {
      const model = find(id);
      if (model.terms && !acceptLicence)
        throw refusal('models.licence', { model: id, licence: model.licence });
      const begun: ModelFetch = {
        model: id,
        state: 'fetching',
        receivedBytes: 0,
        totalBytes: downloadBytes(model),
        failure: null,
      };
      await workers.tell();
      await database.transaction().execute(async (trx) => {
        if (!(await beginModelFetch(trx, workers.self.id, begun))) throw refusal('models.busy');
        const details = { machine: workers.self.hostName, licence: model.licence };
        await actions.record(trx, { who, what: 'model.fetch', about: id, accountId: null, details });
      });
      underWay = fetchNoting(begun, acceptLicence);
    },

    /**
     * Removes a model from this machine. A recording that comes in at this very moment may find none for its language:
     * then it fails with that reason, and costs nothing.
     *
     * @throws ApiError 404 when the catalogue has no such model, 400 when it is not installed, when the settings or a job
     *   that is open need it, or while it is being fetched
     */
    async remove(who: string, id: string): Promise<void> {
      const model = find(id);
      const reason = needFor(id, byLanguage);
      if (reason !== null) throw refusal('models.needed', { model: id, reason });
      if (!store.show(id).installed) throw refusal('models.not_installed', { model: id });
      const { hostName } = workers.self;
      await database.transaction().execute(async (trx) => {
        await requireUnused(trx, model);
        await forgetModelFetch(trx, { hostName, model: id });
        const details = { machine: hostName };
        await actions.record(trx, { who, what: 'model.remove', about: id, accountId: null, details });
        // At the end, since the database cannot take it back.
        await removeFiles(id);
      });
      log.info({ model: id }, 'a model was removed');
      await workers.tell().catch(() => undefined);
    },

    /** Breaks off what is being fetched; the next time it goes on from there. */
    async close(): Promise<void> {
      closing.abort();
      await underWay;
    },
  };
}

function toModel(
  { model, installed }: ReturnType<ModelStore['list']>[number],
  byLanguage: ModelsByLanguage,
): Model {
  return {
    id: model.id,
    kind: model.kind,
    languages: [...model.languages],
    detectsLanguage: model.kind === 'recogniser' && model.detectsLanguage,
    licence: model.licence,
    terms: model.terms ?? null,
    bytes: installedBytes(model),
    downloadBytes: downloadBytes(model),
    isInstalled: installed,
    neededFor: needFor(model.id, byLanguage),
  };
}
