import { z } from 'zod';

import { jobSummarySchema } from './jobs.ts';
import { utcTime } from './times.ts';

/** What a webhook hears of. */
export const WEBHOOK_EVENTS = ['job.completed', 'job.failed'] as const;

/** The body of `POST /webhooks`. */
export const newWebhookSchema = z
  .object({
    url: z
      .string('url must be a string')
      .max(2048, 'url must have at most 2048 characters')
      .describe('https:// or http://, to a host of the public internet.'),
  })
  .meta({ id: 'NewWebhook' });

const webhookFields = { id: z.uuid(), url: z.string() };

/** The answer to `POST /webhooks`. */
export const createdWebhookSchema = z
  .object({
    ...webhookFields,
    secret: z.string().describe('Checks the signatures. Shown this once: keep it.'),
    created_at: utcTime,
  })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhook = z.infer<typeof createdWebhookSchema>;

/** A webhook as the list shows it. */
export const webhookSchema = z
  .object({
    ...webhookFields,
    created_at: utcTime,
    last_delivery: z
      .object({
        at: utcTime,
        outcome: z.enum(['delivered', 'failed']),
        reason: z.string().nullable().describe('Why it failed; null when it did not.'),
      })
      .nullable()
      .describe('The last try; null before the first.'),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhookSchema>;

export const webhookListSchema = z
  .object({ webhooks: z.array(webhookSchema).describe('Oldest first.') })
  .meta({ id: 'WebhookList' });
export type WebhookList = z.infer<typeof webhookListSchema>;

/** The answer to `DELETE /webhooks/{webhook_id}`. */
export const deletedWebhookSchema = z
  .object({ id: z.uuid(), status: z.literal('deleted') })
  .meta({ id: 'DeletedWebhook' });
export type DeletedWebhook = z.infer<typeof deletedWebhookSchema>;

/** The body of a message to a webhook. */
export const webhookEventSchema = z
  .object({
    type: z.enum(WEBHOOK_EVENTS),
    timestamp: utcTime.describe('When the job ended.'),
    data: jobSummarySchema.describe('The job as the list of jobs has it.'),
  })
  .meta({ id: 'WebhookEvent' });
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
