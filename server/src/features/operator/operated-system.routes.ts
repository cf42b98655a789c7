import {
  doneSchema,
  fetchModelSchema,
  modelsSchema,
  operatorActionsQuerySchema,
  operatorActionsSchema,
  overviewSchema,
  settingsSchema,
  workersSchema,
  type SettingsView,
} from '@icana/contract/app';
import { z } from 'zod';

import type { Routes } from '../../infra/http/http-server.ts';
import { addJsonRoutes } from '../../infra/http/json-bodies.ts';
import { personOf } from '../../infra/http/request-context.ts';
import type { OperatorActions } from './actions.ts';
import type { OperatedModels } from './operated-models.ts';
import type { OverviewOf } from './overview.ts';
import type { Workers } from './workers.ts';

export interface OperatedSystemRouteParts {
  readonly overview: OverviewOf;
  readonly workers: Pick<Workers, 'list'>;
  readonly operatedModels: OperatedModels;
  readonly settingsView: SettingsView;
  readonly operatorActions: OperatorActions;
}

const modelParams = z.object({ id: z.string() });

/** The service itself: whether all is well, its processes, its models, its settings, and what operators did. */
export async function addOperatedSystemRoutes(
  routes: Routes,
  parts: OperatedSystemRouteParts,
): Promise<void> {
  const { overview, workers, operatedModels, settingsView, operatorActions } = parts;

  routes.get('/overview', { schema: { response: { 200: overviewSchema } } }, overview);

  routes.get('/workers', { schema: { response: { 200: workersSchema } } }, async () => ({
    workers: await workers.list(),
  }));

  routes.get('/settings', { schema: { response: { 200: settingsSchema } } }, () => settingsView);

  routes.get(
    '/actions',
    { schema: { querystring: operatorActionsQuerySchema, response: { 200: operatorActionsSchema } } },
    async (request) => await operatorActions.list(request.query),
  );

  routes.get(
    '/models',
    { schema: { response: { 200: modelsSchema } } },
    async () => await operatedModels.list(),
  );

  routes.delete(
    '/models/:id',
    { schema: { params: modelParams, response: { 200: doneSchema } } },
    async (request) => {
      await operatedModels.remove(personOf(request).email, request.params.id);
      return {};
    },
  );

  await addJsonRoutes(routes, (withBodies) => {
    withBodies.post(
      '/models/:id/fetch',
      {
        schema: {
          params: modelParams,
          body: fetchModelSchema,
          response: { 200: doneSchema },
        },
      },
      async (request) => {
        const { acceptLicence } = request.body;
        await operatedModels.fetch(personOf(request).email, { id: request.params.id, acceptLicence });
        return {};
      },
    );
  });
}
