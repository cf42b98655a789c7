import { z } from 'zod';

import { oneOf, once, wholeNumber } from '../query.ts';
import { ACCOUNT_STATUSES, JOB_STATUSES } from '../statuses.ts';
import { utcTime } from '../times.ts';
import { movementSchema } from './billing.ts';
import { timeZoneSchema } from './time-zone.ts';
import { dashboardJobSchema, MAX_SEARCH_LENGTH } from './jobs.ts';

/*
 * What operators see of everybody's accounts and jobs, and what they do, under /app/operator. Names of files are seen, by
 * which people are helped; nothing that was said in a recording is.
 */

const microAud = z.int().describe('In integers of 1e-6 AUD.');
const page = {
  limit: wholeNumber('limit', { min: 1, max: 100 }).default(25),
  cursor: once('cursor').optional(),
};
const search = once('search')
  .max(MAX_SEARCH_LENGTH, `search must have at most ${MAX_SEARCH_LENGTH} characters`)
  .optional();

/** An account as operators list it. */
const operatedAccountSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  status: z.enum(ACCOUNT_STATUSES),
  isOperator: z.boolean(),
  availableMicroAud: microAud,
  heldMicroAud: microAud,
  jobs: z.int().describe('All it ever submitted, deleted ones too.'),
  createdAt: utcTime,
  lastSeenAt: utcTime.nullable().describe('When its person or one of its keys was last here, to the day.'),
});
export type OperatedAccount = z.infer<typeof operatedAccountSchema>;

/** The query of `GET /app/operator/accounts`. */
export const operatedAccountsQuerySchema = z.object({
  ...page,
  search: search.describe('Part of an address, in upper or lower case.'),
  status: oneOf('status', ACCOUNT_STATUSES).optional(),
});

export const operatedAccountsSchema = z.object({
  accounts: z.array(operatedAccountSchema).describe('Newest first.'),
  nextCursor: z.string().nullable(),
});
export type OperatedAccounts = z.infer<typeof operatedAccountsSchema>;

/** A job as operators list it. */
const operatedJobSchema = dashboardJobSchema.extend({
  accountId: z.uuid(),
  email: z.string(),
  attempts: z.int(),
  startedAt: utcTime.nullable(),
});
export type OperatedJob = z.infer<typeof operatedJobSchema>;

/** The states by which operators look for jobs; `open` are all that have not ended. */
export const OPERATED_JOB_STATES = ['open', ...JOB_STATUSES] as const;
export type OperatedJobState = (typeof OPERATED_JOB_STATES)[number];

/** The query of `GET /app/operator/jobs`. */
export const operatedJobsQuerySchema = z.object({
  ...page,
  state: oneOf('state', OPERATED_JOB_STATES).optional(),
  order: oneOf('order', ['newest', 'oldest']).default('newest'),
  account: once('account').optional().describe('Only of the account with this id.'),
});

export const operatedJobsSchema = z.object({
  jobs: z.array(operatedJobSchema),
  nextCursor: z.string().nullable(),
});
export type OperatedJobs = z.infer<typeof operatedJobsSchema>;

/** Everything that an operator may do, and the log tells of. */
export const OPERATOR_ACTION_KINDS = [
  'account.create',
  'account.suspend',
  'account.restore',
  'account.close',
  'account.set',
  'account.operator',
  'credit.adjust',
  'key.create',
  'key.revoke',
  'job.retry',
  'job.cancel',
  'job.delete',
  'job.refund',
  'model.fetch',
  'model.remove',
] as const;
export type OperatorActionKind = (typeof OPERATOR_ACTION_KINDS)[number];

const operatorActionSchema = z.object({
  id: z.int(),
  at: utcTime,
  who: z.string().describe('The operator\'s address, or "command line".'),
  what: z.enum(OPERATOR_ACTION_KINDS),
  about: z.string().nullable().describe('The id of a job or of a model; null where it is about the account.'),
  accountId: z.uuid().nullable(),
  email: z.string().nullable().describe('The address that the account has now.'),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type OperatorAction = z.infer<typeof operatorActionSchema>;

/** The query of `GET /app/operator/actions`. */
export const operatorActionsQuerySchema = z.object({ ...page, account: once('account').optional() });

export const operatorActionsSchema = z.object({
  actions: z.array(operatorActionSchema).describe('Newest first.'),
  nextCursor: z.string().nullable(),
});
export type OperatorActions = z.infer<typeof operatorActionsSchema>;

const operatedKeySchema = z.object({
  name: z.string(),
  masked: z.string().describe('Its prefix and its last four characters.'),
  createdAt: utcTime,
  lastUsedAt: utcTime.nullable(),
  revokedAt: utcTime.nullable(),
});

/** `GET /app/operator/accounts/{id}`. */
export const operatedAccountDetailSchema = z.object({
  account: operatedAccountSchema,
  isOwn: z
    .boolean()
    .describe('Whether it is the account of the operator who asks: nobody suspends or closes his own here.'),
  settings: z.object({
    submitLimit: z.int().nullable().describe('Requests a minute and key; null: as the deployment has it.'),
    requestLimit: z.int().nullable(),
    timeZone: z.string(),
  }),
  deploymentLimits: z.object({ submit: z.int(), request: z.int() }),
  keys: z.array(operatedKeySchema),
  jobs: z.array(operatedJobSchema).describe('The newest ones.'),
  movements: z.array(movementSchema).describe('The newest ones.'),
  actions: z.array(operatorActionSchema).describe('What operators did about it lately.'),
});
export type OperatedAccountDetail = z.infer<typeof operatedAccountDetailSchema>;

export const ACCOUNT_STEPS = ['suspend', 'restore', 'close'] as const;
export type AccountStep = (typeof ACCOUNT_STEPS)[number];

/** The body of `POST /app/operator/accounts/{id}/credit`. */
export const adjustCreditSchema = z.strictObject({
  changeId: z
    .uuid('changeId must be a UUID')
    .describe('Drawn when the form opens: sent again because no answer came, the change is made once.'),
  amountMicroAud: z
    .int('amountMicroAud must be a whole number')
    .min(-1e12, 'the amount must be at most AUD 1,000,000')
    .max(1e12, 'the amount must be at most AUD 1,000,000')
    .refine((amount) => amount !== 0, 'the amount must not be zero'),
  reason: z
    .string('reason must be text')
    .trim()
    .min(1, 'a reason is needed: the ledger keeps it')
    .max(200, 'reason must have at most 200 characters'),
});
export type AdjustCredit = z.infer<typeof adjustCreditSchema>;

const limit = z.int('a limit must be a whole number').nullable().optional();

/** The body of `PUT /app/operator/accounts/{id}/settings`: what is left out stays. */
export const accountSettingsSchema = z.strictObject({
  submitLimit: limit,
  requestLimit: limit,
  timeZone: timeZoneSchema.optional(),
});
export type AccountSettingsChange = z.infer<typeof accountSettingsSchema>;
