import { hostname } from 'node:os';

import type { Engine } from '@icana/engine';
import type { ModelStore } from '@icana/engine/models';

import type { Settings } from '../config/load-settings.ts';
import { settings as declaredSettings } from '../config/settings.ts';
import type { ReadinessChecks } from '../features/health/readiness.ts';
import { createOperatorActions } from '../features/operator/actions.ts';
import { createOperatedAccounts } from '../features/operator/operated-accounts.ts';
import { createOperatedJobs } from '../features/operator/operated-jobs.ts';
import { createOperatedModels } from '../features/operator/operated-models.ts';
import { createOperators } from '../features/operator/operators.ts';
import { createOverview } from '../features/operator/overview.ts';
import { settingsView } from '../features/operator/settings-view.rules.ts';
import { createWorkers } from '../features/operator/workers.ts';
import { systemClock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Foundations } from './foundations.ts';
import type { Services } from './services.ts';

/** What operators change, and the log that tells of it: from the pages and from the command line. */
export function composeOperators({ database: { db: database } }: Foundations, services: Services) {
  const operatorActions = createOperatorActions({ database, clock: systemClock });
  return {
    operatorActions,
    operators: createOperators({ ...services, database, actions: operatorActions }),
  };
}

/** The same, and what the pages of the operator show. */
export function composeOperatorPages(
  foundations: Foundations,
  services: Services,
  parts: {
    settings: Settings;
    /** That the settings were read from. */
    environment: NodeJS.ProcessEnv;
    engine: Pick<Engine, 'pids'>;
    modelStore: ModelStore;
    readiness: ReadinessChecks;
    version: string;
  },
) {
  const { queue, log } = foundations;
  const database = foundations.database.db;
  const { settings, environment, engine, modelStore, readiness, version } = parts;
  const operators = composeOperators(foundations, services);
  const actions = operators.operatorActions;
  const operatedJobs = createOperatedJobs({ ...services, database });
  const workers = createWorkers({
    database,
    engine,
    self: {
      id: newId(),
      hostName: hostname(),
      processId: process.pid,
      version,
      role: 'all',
      engineProcesses: settings.engineProcesses,
      startedAt: systemClock.now(),
    },
    installedModels: () => modelStore.list().flatMap(({ model, installed }) => (installed ? [model.id] : [])),
    onError: (err) => log.warn({ err }, 'nobody was told that this process is there'),
  });
  return {
    ...operators,
    operatedJobs,
    operatedAccounts: createOperatedAccounts({
      ...services,
      database,
      operatedJobs,
      actions,
      deploymentLimits: { submit: settings.rateLimitSubmit, request: settings.rateLimitRequest },
    }),
    overview: createOverview({ ...services, database, queue, readiness, dataDir: settings.dataDir }),
    workers,
    operatedModels: createOperatedModels({
      database,
      store: modelStore,
      byLanguage: settings.languageModels,
      workers,
      actions,
      log,
    }),
    settingsView: settingsView(declaredSettings, settings, environment),
  };
}
