import { z } from 'zod';

import { ACCOUNT_STATUSES, JOB_STATUSES } from '../statuses.ts';
import { utcTime } from '../times.ts';

/** `GET /app/operator/overview`: whether all is well. */
export const overviewSchema = z.object({
  failing: z
    .array(z.string())
    .describe('Parts that the service cannot do without and that are out of order.'),
  disk: z
    .object({ freeBytes: z.int(), totalBytes: z.int() })
    .describe('Where the answering process keeps its data.'),
  accounts: z.record(z.enum(ACCOUNT_STATUSES), z.int()),
  openJobs: z.array(z.object({ status: z.enum(JOB_STATUSES), count: z.int() })),
  tasks: z
    .array(z.object({ task: z.string(), waiting: z.int(), active: z.int() }))
    .describe('The queue, as of a few seconds ago.'),
  lastDay: z.object({ completed: z.int(), failed: z.int(), audioMs: z.int() }),
  oldestOpenAt: utcTime.nullable().describe('Since when the job that has been open for longest is.'),
});
export type Overview = z.infer<typeof overviewSchema>;

/** A model being fetched by a process, or how that ended. */
export const modelFetchSchema = z.object({
  model: z.string(),
  state: z.enum(['waiting', 'fetching', 'installed', 'failed']),
  receivedBytes: z.int(),
  totalBytes: z.int(),
  failure: z.string().nullable().describe('Why it failed, as a sentence.'),
});
export type ModelFetch = z.infer<typeof modelFetchSchema>;

const workerSchema = z.object({
  id: z.uuid(),
  hostName: z.string(),
  processId: z.int(),
  version: z.string(),
  role: z.enum(['all', 'api', 'worker']),
  engineProcesses: z.int(),
  engineProcessesAlive: z.int(),
  models: z.array(z.string()).describe('Ids of the models that its machine has.'),
  modelFetch: modelFetchSchema.nullable().describe('What it has fetched last for an operator.'),
  startedAt: utcTime,
  seenAt: utcTime,
  isGone: z.boolean().describe('It has been silent for a minute, and did not say that it would end.'),
  isThis: z.boolean().describe('It is the one that answers.'),
});
export type Worker = z.infer<typeof workerSchema>;

/** `GET /app/operator/workers`: the processes that serve and work. */
export const workersSchema = z.object({ workers: z.array(workerSchema) });
export type Workers = z.infer<typeof workersSchema>;

const modelSchema = z.object({
  id: z.string(),
  kind: z.enum(['recogniser', 'vad', 'speaker-segmentation']),
  languages: z.array(z.string()),
  detectsLanguage: z.boolean(),
  licence: z.string(),
  terms: z
    .object({ summary: z.string(), url: z.string() })
    .nullable()
    .describe('Set where the licence is no open one: it has to be accepted.'),
  bytes: z.int(),
  downloadBytes: z.int(),
  isInstalled: z.boolean().describe('On the machine that answers.'),
  neededFor: z.string().nullable().describe('Why it is never removed, as a sentence; null where it can be.'),
});
export type Model = z.infer<typeof modelSchema>;

/** `GET /app/operator/models`, in the order of preference. */
export const modelsSchema = z.object({
  hostName: z.string().describe('The machine that answers, which is the one that fetches.'),
  folder: z.string(),
  models: z.array(modelSchema),
  fetches: z
    .array(modelFetchSchema.extend({ hostName: z.string() }))
    .describe('What every process that is there fetched last.'),
});
export type Models = z.infer<typeof modelsSchema>;

/** The body of `POST /app/operator/models/{id}/fetch`. */
export const fetchModelSchema = z.strictObject({
  acceptLicence: z.boolean('acceptLicence must be true or false'),
});

/** `GET /app/operator/settings`: what this process was started with. */
export const settingsSchema = z.object({
  settings: z.array(
    z.object({
      env: z.string(),
      doc: z.string(),
      value: z
        .string()
        .nullable()
        .describe('Null where nothing is set and there is no default, and of secrets.'),
      isSecret: z.boolean(),
      isSet: z.boolean().describe('Whether the environment sets it; else the default holds.'),
    }),
  ),
});
export type SettingsView = z.infer<typeof settingsSchema>;
