import path from 'node:path';
import { ERRORS, type ErrorStatus } from '@icana/contract';

export const ERRORS_PAGE = path.resolve(import.meta.dirname, '../../../../docs/errors.md');

/** What each status means, whatever the code. */
export const STATUS_MEANINGS: Readonly<Record<ErrorStatus, string>> = {
  400: 'Bad Request: missing or invalid parameters',
  401: 'Unauthorized: invalid or missing API key',
  402: 'Payment Required: insufficient credit balance',
  403: 'Forbidden: no active account or access denied',
  404: 'Not Found: resource does not exist',
  429: 'Too Many Requests: rate limit exceeded',
  500: 'Internal Server Error: unexpected failure',
};

const INTRODUCTION = `# Errors

Every answer under \`/api/v1\` has the status 200 or one of those below. The body of an error is one sentence that a person
can act on, and nothing else:

\`\`\`json
{ "detail": "Job not found" }
\`\`\`

Programs read the code in the header \`X-Error-Code\`; codes never change their meaning, sentences may. Every answer has
an \`X-Request-Id\`: report it when something is wrong, the cause is in the log under it. A \`{name}\` below stands for a
value. Under \`/v1\` sentence and code stand in a body of OpenAI's shape. This page is written by
\`node server/src/config/write-docs.ts\`.
`;

function section(status: ErrorStatus): string {
  const rows = Object.entries(ERRORS)
    .filter(([, error]) => error.status === status)
    .map(([code, { detail, remedy }]) => `### \`${code}\`\n\n> ${detail}\n\n${remedy}\n`);
  return [`## ${status} ${STATUS_MEANINGS[status]}\n`, ...rows].join('\n');
}

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  const statuses = Object.keys(STATUS_MEANINGS).map(Number) as ErrorStatus[];
  return [INTRODUCTION, ...statuses.map(section)].join('\n');
}
