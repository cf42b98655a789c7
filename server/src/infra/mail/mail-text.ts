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
const PAGE = 'font:16px/1.5 system-ui,sans-serif;color:#212529;max-width:34rem;margin:0 auto;padding:24px';

function asHtml({ subject, paragraphs, action, closing }: MailText): string {
  const button = action
    ? html`<p style="margin:24px 0"><a style="${BUTTON}" href="${action.url}">${action.label}</a></p>
        <p style="font-size:13px">If the button does not work, open this address:<br />${action.url}</p>`
    : '';
  return [
    html`<!doctype html>
      <html lang="en">
        <meta charset="utf-8" /><title>${subject}</title>
        <body style="${PAGE}"></body>
      </html>`,
    ...paragraphs.map((paragraph) => html`<p>${paragraph}</p>`),
    button,
    html`<p style="font-size:13px;color:#868e96">${closing}</p></body></html>`,
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are text, whatever is in them. */
function html(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(
    { raw: parts },
    ...values.map((value) => value.replace(/[&<>"']/g, (each) => ENTITIES[each]!)),
  );
}
