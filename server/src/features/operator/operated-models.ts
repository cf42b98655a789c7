import {
  ModelError,
  downloadBytes,
  installedBytes,
  type ModelProgress,
  type ModelStore,
} from '@icana/engine/models';
import type { Model, ModelFetch, Models } from '@icana/contract/app';
import type { Logger } from 'pino';

import type { Database } from '../../infra/database/schema.ts';
import { refusal } from '../../infra/http/api-error.ts';
import type { OperatorActions } from './actions.ts';
import type { Workers } from './workers.ts';
import { beginModelFetch, noteModelFetch } from './workers.store.ts';

/** So often it is written down how far a download has come. */
const NOTE_EVERY_MS = 1000;
const UNKNOWN_FAILURE = 'The model could not be fetched; the log of the service says why.';

export type OperatedModels = ReturnType<typeof createOperatedModels>;

/**
 * The models that there are, and the fetching of more: one at a time on a machine, and on the machine whose process was
 * asked. How that goes is noted in the process' row, so that whichever process is asked next can tell.
 */
export function createOperatedModels(parts: {
  database: Database;
  store: ModelStore;
  workers: Pick<Workers, 'self' | 'tell' | 'list'>;
  actions: Pick<OperatorActions, 'record'>;
  log: Logger;
}) {
  const { database, store, workers, actions, log } = parts;
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

  return {
    async list(): Promise<Models> {
      const fetches = (await workers.list()).flatMap(({ isGone, hostName, modelFetch }) =>
        modelFetch && !isGone ? [{ ...modelFetch, hostName }] : [],
      );
      return {
        hostName: workers.self.hostName,
        folder: store.directory,
        models: store.list().map(toModel),
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

    /** Breaks off what is being fetched; the next time it goes on from there. */
    async close(): Promise<void> {
      closing.abort();
      await underWay;
    },
  };
}

function toModel({ model, installed }: ReturnType<ModelStore['list']>[number]): Model {
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
  };
}
