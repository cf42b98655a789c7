import { html, type Html } from '../../lib/html.ts';
import type { OutboxMail } from './outbox.store.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem }
  .notice { border-left: 4px solid #f08c00; padding: .25rem 1rem; background: #f08c0022 }
  article { border: 1px solid #8888; border-radius: 8px; padding: 1rem; margin: 1rem 0 }
  h1, h2 { line-height: 1.3 } h2 { font-size: 1.1rem; margin: 0 }
  .about { margin: 0; font-size: .875rem; opacity: .8 }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin-bottom: 0 }`;

/** The page that shows the mails, newest first. Links in them are links only when they lead to this service. */
export function outboxPage(mails: readonly OutboxMail[], origin: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Outbox</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>Outbox</h1>
          <p class="notice">
            These mails were not sent, because no mail server is set. They are shown to this machine alone.
            Set
            <code>SMTP_URL</code> to have mails sent.
          </p>
          ${mails.length === 0 ? html`<p>No mail yet.</p>` : mails.map((mail) => article(mail, origin))}
        </main>
      </body>
    </html>`.source;
}

const article = ({ to, subject, text, at }: OutboxMail, origin: string): Html =>
  html`<article>
    <h2>${subject}</h2>
    <p class="about">To ${to}, <time>${at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time></p>
    <pre>${text.split('\n').map((line) => withLink(line, origin))}</pre>
  </article>`;

const withLink = (line: string, origin: string): Html =>
  line.startsWith(`${origin}/`) ? html`<a href="${line}">${line}</a>` : html`${line}`;
