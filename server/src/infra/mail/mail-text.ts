import { html, type Html } from '../../lib/html.ts';

/** What a mail says, before it has a form. */
export interface MailText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do, as a button. */
  readonly action?: { readonly label: string; readonly url: string };
  /** Said small, below. */
  readonly closing: string;
}

/** A mail as it is sent. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes the mail out, as plain text and as HTML that needs nothing from elsewhere. */
export function writeMail(to: string, text: MailText): Mail {
  return { to, subject: text.subject, text: asPlainText(text), html: asHtml(text) };
}

function asPlainText({ paragraphs, action, closing }: MailText): string {
  const button = action ? [`${action.label}:\n${action.url}`] : [];
  return `${[...paragraphs, ...button, `-- \n${closing}`].join('\n\n')}\n`;
}

const BUTTON = 'background:#1c7ed6;color:#fff;padding:10px 18px;border-radius:6px;text-decoration:none';
const SMALL = 'font-size:13px;color:#868e96';
const PAGE = 'font:16px/1.5 system-ui,sans-serif;color:#212529;max-width:34rem;margin:0 auto;padding:24px';

function asHtml({ subject, paragraphs, action, closing }: MailText): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="${PAGE}">
        ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)} ${action ? button(action) : ''}
        <p style="${SMALL}">${closing}</p>
      </body>
    </html>`.source;
}

const button = ({ label, url }: { label: string; url: string }): Html =>
  html`<p style="margin:24px 0"><a style="${BUTTON}" href="${url}">${label}</a></p>
    <p style="${SMALL}">If the button does not work, open this address:<br />${url}</p>`;
