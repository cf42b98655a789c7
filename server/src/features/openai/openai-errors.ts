import { openAiErrorSchema, type ErrorCode, type ErrorStatus, type OpenAiError } from '@icana/contract';

import { errorsShaped } from '../../infra/http/error-answers.ts';

const TYPES: Readonly<Record<ErrorStatus, OpenAiError['error']['type']>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'server_error',
};

const PARAMS: { readonly [code in ErrorCode]?: string } = {
  'upload.file_missing': 'file',
  'upload.file_repeated': 'file',
  'upload.unsupported_type': 'file',
  'upload.too_large': 'file',
  'upload.not_audio': 'file',
  'upload.language_unavailable': 'language',
  'openai.format_unknown': 'response_format',
  'openai.granularity_unknown': 'timestamp_granularities[]',
  'openai.no_streaming': 'stream',
};

/** Errors as OpenAI's clients read them; the statuses stay ours, which those clients tell apart. */
export const openAiErrors = errorsShaped({
  schema: openAiErrorSchema,
  bodyOf: ({ message, status, code }) => ({
    error: { message, type: TYPES[status], param: PARAMS[code] ?? null, code },
  }),
});
