import { refusal } from '../http/api-error.ts';
import { callsThisMachine, comesFromThisMachine } from '../http/from-this-machine.ts';
import type { Routes } from '../http/http-server.ts';
import type { PublicUrl } from '../http/public-url.ts';
import type { Mails } from './mails.ts';
import { outboxPage } from './outbox-page.ts';

export interface OutboxParts {
  readonly mails: Mails;
  readonly publicUrl: PublicUrl;
  /**
   * False where there is a mail server, and behind a proxy: then every request seems to come from this machine.
   */
  readonly outboxIsShown: boolean;
}

/** `GET /outbox`: the mails that were not sent, while there is no mail server, for whoever sits at this machine. */
export function addOutboxPage(routes: Routes, { mails, publicUrl, outboxIsShown }: OutboxParts): void {
  routes.get('/outbox', { schema: { hide: true } }, async (request, reply) => {
    const isHere = comesFromThisMachine(request) && callsThisMachine(request, publicUrl.origin);
    if (!outboxIsShown || !isHere) throw refusal('request.unknown_route');
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    return outboxPage(await mails.outbox(), publicUrl.origin);
  });
}
