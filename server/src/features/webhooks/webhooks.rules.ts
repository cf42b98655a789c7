import { randomBytes } from 'node:crypto';
import type { Webhook as WebhookView } from '@icana/contract';
import { Webhook } from 'standardwebhooks';

import { DestinationRefused } from '../../infra/http/outgoing/outgoing-requests.ts';
import { wireTime } from '../../lib/clock.ts';
import type { WebhookRow } from './webhooks.store.ts';

const SECRET_BYTES = 32;

/** A secret in the form that libraries for Standard Webhooks take: `whsec_` and the base64 of 32 random bytes. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** The headers of one try at a message, in the form of Standard Webhooks: signed at the time of the try. */
export function messageHeaders(
  message: { id: string; body: string; at: Date },
  secret: string,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Icana-Webhooks',
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(message.id, message.at, message.body),
  };
}

/** Why a status means that the message was not taken; null when it was. */
export const statusFailure = (status: number): string | null =>
  status >= 200 && status < 300 ? null : `The receiver answered with status ${status}.`;

const CONNECTION_FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens at the receiver.',
  ECONNRESET: 'The receiver closed the connection.',
  UND_ERR_SOCKET: 'The receiver closed the connection.',
  UND_ERR_CONNECT_TIMEOUT: 'The receiver could not be connected to in time.',
};

/** Why no status came, as the owner of the webhook reads it. */
export function connectionFailure(error: Error & { code?: string }): string {
  if (error.name === 'TimeoutError') return 'The receiver did not answer in time.';
  if (error instanceof DestinationRefused) return `The URL cannot be used: ${error.message}`;
  const { code = error.name } = error;
  return CONNECTION_FAILURES[code] ?? `The connection failed (${code}).`;
}

export function toWebhook(row: WebhookRow): WebhookView {
  return {
    id: row.id,
    url: row.url,
    created_at: wireTime(row.created_at),
    last_delivery: row.last_delivery_at && {
      at: wireTime(row.last_delivery_at),
      outcome: row.last_delivery_failure === null ? 'delivered' : 'failed',
      reason: row.last_delivery_failure,
    },
  };
}
