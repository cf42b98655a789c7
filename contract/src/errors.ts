import { z } from 'zod';

/** The only statuses an answer under /api/v1 can have. */
export const API_STATUSES = [200, 400, 401, 402, 403, 404, 429, 500] as const;
export type ErrorStatus = Exclude<(typeof API_STATUSES)[number], 200>;

interface CatalogueRow {
  readonly status: ErrorStatus;
  /** The `detail` of the answer. A `{name}` in it is filled in when the error is raised. */
  readonly detail: string;
  /** What the caller can do about it, for the documentation. */
  readonly remedy: string;
}

/**
 * Every error the API can answer with. The code travels in the header `X-Error-Code`, the detail in the body. One table,
 * however long: the type of the codes is made of it, and `docs/errors.md` is written from it, which a test compares.
 */
export const ERRORS = {
  'request.malformed': {
    status: 400,
    detail: 'The request could not be understood: {problem}',
    remedy: 'Correct the part that the detail names and send the request again.',
  },
  'upload.not_multipart': {
    status: 400,
    detail: 'Send the recording as multipart/form-data, in a part named "file".',
    remedy:
      'Let the HTTP client build the form (curl: -F file=@recording.mp3); do not set Content-Type by hand.',
  },
  'upload.encoded': {
    status: 400,
    detail: 'The form is sent with a Content-Encoding: send it as it is.',
    remedy: 'Leave out the header Content-Encoding and compress the audio instead, as MP3 or Opus.',
  },
  'upload.too_slow': {
    status: 400,
    detail: 'The upload was too slow: a minute brought less than {least}.',
    remedy: 'Send the file again over a better line, or in a compressed format.',
  },
  'upload.broken_form': {
    status: 400,
    detail: 'The multipart form is broken: {problem}',
    remedy: 'Check that the form ends with its closing boundary and that nothing between cut it short.',
  },
  'upload.file_missing': {
    status: 400,
    detail: 'The form has no file: send the recording in a part named "file", with its file name.',
    remedy: 'Name the part "file" and give it a file name.',
  },
  'upload.file_repeated': {
    status: 400,
    detail: 'The form has more than one file: send one recording a request.',
    remedy: 'Submit each recording in a request of its own.',
  },
  'upload.field_repeated': {
    status: 400,
    detail: 'The form has the field "{field}" more than once: send it once.',
    remedy: 'Send each field once.',
  },
  'upload.field_too_long': {
    status: 400,
    detail: 'The field "{field}" is too long: at most {limit} bytes.',
    remedy: 'Shorten the field.',
  },
  'upload.unsupported_type': {
    status: 400,
    detail: 'Unsupported file type (allowed: {allowed})',
    remedy: 'Give the file the extension of its format, or convert it to one of the allowed formats.',
  },
  'upload.language_unavailable': {
    status: 400,
    detail: 'No model is installed for the language "{language}" (installed: {installed}); {remedy}',
    remedy:
      'Use one of the installed languages, or have the operator install a model for this one, by the command in the ' +
      'detail. The language `auto` is found out, where a model that can do that is installed.',
  },
  'upload.speakers_invalid': {
    status: 400,
    detail: 'The field "{field}" must be a whole number from 1 to 32.',
    remedy: 'Correct the number or leave the field out: without it the number of speakers is found.',
  },
  'upload.speakers_contradict': {
    status: 400,
    detail:
      'The speaker numbers contradict each other: min_speakers is above max_speakers or num_speakers is outside them.',
    remedy: 'Send num_speakers alone, or bounds that leave room.',
  },
  'upload.too_large': {
    status: 400,
    detail: 'The file is larger than {limit}.',
    remedy: 'Split the recording, or encode it in a compressed format.',
  },
  'upload.not_audio': {
    status: 400,
    detail: '{problem}',
    remedy:
      'The detail says why the file cannot be transcribed: it is empty, broken, or holds no audio. Check that it plays.',
  },
  'upload.interrupted': {
    status: 400,
    detail: 'The upload stopped before the file was complete.',
    remedy: 'Send the file again over a connection that lasts.',
  },
  'upload.job_deleted': {
    status: 400,
    detail: 'The job was deleted while its file was being uploaded: nothing was kept or charged.',
    remedy: 'Submit the recording again if it was deleted by mistake.',
  },
  'upload.unfinished': {
    status: 400,
    detail: 'The upload is not complete yet: only a part of the file has arrived.',
    remedy: 'Let the upload go on to its end, then ask again.',
  },
  'upload.offset_differs': {
    status: 400,
    detail: 'The upload does not go on at this byte: it stands at another.',
    remedy: 'Ask with HEAD where the upload stands, and go on from there.',
  },
  'jobs.not_failed': {
    status: 400,
    detail: 'Only a failed job can be tried again, and this one is {status}.',
    remedy: 'A job that has not ended is taken up by itself; one that is completed has its transcript.',
  },
  'jobs.ended': {
    status: 400,
    detail: 'This job has ended: there is nothing to cancel any more.',
    remedy: 'Look at the job again: it may have been completed in the meantime.',
  },
  'jobs.not_completed': {
    status: 400,
    detail: 'This job has no transcript: {problem}',
    remedy:
      'Wait until the job is completed, for example with ?wait=60 on the job; a failed one never will be.',
  },
  'jobs.voices_not_kept': {
    status: 400,
    detail:
      'The speakers of this job cannot be counted anew: what its voices were told apart by was not kept.',
    remedy:
      'Submit the recording again with num_speakers. Only jobs of older versions of the service are so.',
  },
  'edits.conflict': {
    status: 400,
    detail: 'This transcript has been changed since you opened it: reload it and make your change again.',
    remedy: 'Read the transcript with its edits again, make the change on them, and send their revision.',
  },
  'openai.format_unknown': {
    status: 400,
    detail: 'response_format must be one of {allowed}.',
    remedy: 'Correct the name or leave the field out: then the answer is "json".',
  },
  'openai.granularity_unknown': {
    status: 400,
    detail: 'timestamp_granularities[] must be one of {allowed}.',
    remedy: 'Correct the name; to get both, send the field twice.',
  },
  'openai.no_streaming': {
    status: 400,
    detail: 'Transcriptions are not streamed here: leave out stream, or send false.',
    remedy: 'Wait for the answer, or submit the recording to /api/v1/transcribe and follow its events.',
  },
  'openai.still_running': {
    status: 400,
    detail:
      'This request cannot wait for the transcription any longer. It goes on: get it from /api/v1/jobs/{id} with the same key in the header X-API-Key.',
    remedy:
      'Do not send the recording again: it would be a second job. For long recordings use /api/v1/transcribe from the start.',
  },
  'openai.failed': {
    status: 400,
    detail: 'The transcription failed: {problem}',
    remedy: 'Nothing was charged. Check that the recording plays, and send it again.',
  },
  'idempotency.invalid': {
    status: 400,
    detail: 'The header Idempotency-Key must have 1 to 255 visible ASCII characters.',
    remedy: 'Use a UUID.',
  },
  'idempotency.reused': {
    status: 400,
    detail: 'This Idempotency-Key was used with another file or other fields within the last 24 hours.',
    remedy: 'Use a new key for a new submission; repeat a key only to repeat the very same request.',
  },
  'webhooks.url_refused': {
    status: 400,
    detail: 'The webhook URL cannot be used: {problem}',
    remedy: 'Name a URL that this service can reach over the public internet, or ask its operator.',
  },
  'webhooks.too_many': {
    status: 400,
    detail: 'The account has {limit} webhooks already: delete one first.',
    remedy: 'Delete a webhook that is not used any more, or let one receiver pass the messages on.',
  },
  'operator.refused': {
    status: 400,
    detail: '{problem}',
    remedy: 'For operators: the detail says what stands in the way.',
  },
  'operator.own_account': {
    status: 400,
    detail: 'Nobody suspends, restores or closes his own account here: ask another operator.',
    remedy: 'For operators: whoever has access to the machine can do it with icana admin account.',
  },
  'models.licence': {
    status: 400,
    detail: 'The model {model} is under the {licence}: read it and accept it first.',
    remedy: 'For operators: accept the licence on the page, or leave the model.',
  },
  'models.busy': {
    status: 400,
    detail: 'A model is being fetched on this machine already: wait until it is there.',
    remedy: 'For operators: models are fetched one at a time.',
  },
  'models.needed': {
    status: 400,
    detail: 'The model {model} cannot be removed. {reason}',
    remedy:
      'For operators: the detail says what needs it; change the setting that it names, if it names one.',
  },
  'models.in_use': {
    status: 400,
    detail: 'The model {model} is used for a recording that is not done: wait for that, or cancel it.',
    remedy: 'For operators: the list of jobs shows those that are in progress.',
  },
  'models.not_installed': {
    status: 400,
    detail: 'The model {model} is not there yet, or not any more.',
    remedy: 'For operators: only what is installed on the machine can be removed.',
  },
  'sign_in.link_expired': {
    status: 400,
    detail: 'This link is no longer valid: it has expired, or was used before.',
    remedy: 'Ask for a new link on the page where the old one came from.',
  },
  'sign_in.password_wrong': {
    status: 400,
    detail: 'That is not your password.',
    remedy: 'Type the password you sign in with. If it is forgotten, set a new one by mail.',
  },
  'sign_in.password_needed': {
    status: 400,
    detail: 'Type the password that you chose when you registered, to confirm that it was you.',
    remedy: 'Type it. If you do not know it, set a new one by mail: that confirms the address, too.',
  },
  'account.time_zone_unknown': {
    status: 400,
    detail: 'There is no time zone of that name.',
    remedy: 'Name one like Australia/Sydney, or UTC.',
  },
  'sign_in.no_provider': {
    status: 400,
    detail: 'No identity provider is set up here, or it cannot be reached.',
    remedy: 'Sign in with e-mail and password, or ask the operator to look at the settings OIDC_*.',
  },
  'keys.name_invalid': {
    status: 400,
    detail: "A key's name has 1 to {limit} characters.",
    remedy: 'Name it after the program or the machine that uses it.',
  },
  'keys.too_many': {
    status: 400,
    detail: 'The account has {limit} keys already: revoke one first.',
    remedy: 'Revoke a key that is not used any more; when it was last used stands beside it.',
  },
  'keys.unverified': {
    status: 400,
    detail: 'Until its e-mail address is verified, an account has one key.',
    remedy: 'Follow the link in the verification mail, then make more.',
  },
  'payments.amount_out_of_bounds': {
    status: 400,
    detail: 'A top-up is at least ${least} and at most ${most} AUD.',
    remedy: 'Choose another amount, or top up more than once.',
  },
  'payments.not_set_up': {
    status: 400,
    detail: 'Credit cannot be bought here: no payment is set up.',
    remedy: 'Ask the operator for credit. Operators: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
  },
  'payments.under_way': {
    status: 400,
    detail:
      'A payment of yours is still under way: close the account once the billing page says what became of it.',
    remedy:
      'Wait until the payment is credited or has failed, which banks can take days for, and close the account then.',
  },
  'payments.report_refused': {
    status: 400,
    detail: 'The signature of this report is not right, or was made too long ago.',
    remedy:
      'For operators: STRIPE_WEBHOOK_SECRET must be the signing secret of this very endpoint, and the clock must be right.',
  },
  'sign_in.wrong': {
    status: 401,
    detail: 'The e-mail address or the password is wrong.',
    remedy: 'Correct them. If the password is forgotten, set a new one by mail.',
  },
  'session.missing': {
    status: 401,
    detail: 'You are not signed in, or your session has ended.',
    remedy: 'Sign in to the dashboard.',
  },
  'key.invalid': {
    status: 401,
    detail: 'Invalid or missing API key',
    remedy:
      'Send a key that has not been revoked in the header X-API-Key; under /v1 as Authorization: Bearer.',
  },
  'credits.insufficient': {
    status: 402,
    detail: 'Credit balance below ${minimum} AUD minimum: ${available} AUD is available.',
    remedy: 'Top up the account; part of the balance may be held for jobs that still run.',
  },
  'credits.price_above_balance': {
    status: 402,
    detail:
      'Credit balance too low for this recording: it costs ${price} AUD and ${available} AUD is available.',
    remedy: 'Top up the account, or submit a shorter recording.',
  },
  'session.foreign_origin': {
    status: 403,
    detail: 'This can be asked for only from a page of this service.',
    remedy:
      'Use the dashboard, or the API with a key. Behind a proxy, set PUBLIC_URL to the address people use.',
  },
  'account.unverified': {
    status: 403,
    detail: 'This account is not active: its e-mail address has not been verified.',
    remedy: 'Follow the link in the verification mail.',
  },
  'account.suspended': {
    status: 403,
    detail: 'This account is not active: it has been suspended.',
    remedy: 'Contact the operator of this service.',
  },
  'account.closed': {
    status: 403,
    detail: 'This account is not active: it has been closed.',
    remedy: 'Open a new account.',
  },
  'request.unknown_route': {
    status: 404,
    detail: 'There is no such endpoint; the endpoints are listed at /docs.',
    remedy: 'Check the method and the path.',
  },
  'accounts.not_found': {
    status: 404,
    detail: 'Account not found',
    remedy: 'For operators: look for it in the list of accounts.',
  },
  'models.not_found': {
    status: 404,
    detail: 'The catalogue has no such model.',
    remedy: 'For operators: choose one of the list.',
  },
  'jobs.not_found': {
    status: 404,
    detail: 'Job not found',
    remedy: 'Check the job id, and that the key belongs to the account that submitted the job.',
  },
  'jobs.recording_missing': {
    status: 404,
    detail: 'The recording of this job is not stored.',
    remedy: 'An upload that has not ended, or broke off, has no recording; submit the file again.',
  },
  'upload.not_found': {
    status: 404,
    detail: 'Upload not found',
    remedy: 'An upload is kept for 24 hours, or until a job was made of it: send the file again.',
  },
  'keys.not_found': {
    status: 404,
    detail: 'Key not found',
    remedy: 'Check the list of keys: it may have been revoked already.',
  },
  'payments.not_found': {
    status: 404,
    detail: 'Receipt not found',
    remedy: 'Check the history on the billing page: only what was paid has a receipt.',
  },
  'webhooks.not_found': {
    status: 404,
    detail: 'Webhook not found',
    remedy: 'Check the id against the list that GET /webhooks gives.',
  },
  'limits.exceeded': {
    status: 429,
    detail: 'Rate limit exceeded. Please retry later.',
    remedy: 'Wait for the number of seconds in the header Retry-After.',
  },
  'limits.too_many_waiting': {
    status: 429,
    detail: 'Too many requests are waiting for jobs already. Retry later, or ask without waiting.',
    remedy: 'Wait for fewer jobs at a time, or use webhooks.',
  },
  'limits.uploads': {
    status: 429,
    detail: 'Too many uploads at once: an account can have {most} that take longer than a minute.',
    remedy: 'Wait until one of them has ended.',
  },
  'limits.open_uploads': {
    status: 429,
    detail:
      'Too many recordings are uploaded and not transcribed yet: transcribe or discard some of them first.',
    remedy: 'Make jobs of them, or discard them. Those that are left alone go after 24 hours.',
  },
  'upload.storage_failed': {
    status: 500,
    detail: 'File upload failed',
    remedy: 'Try again; nothing was charged. If it persists, report the X-Request-Id.',
  },
  'upload.submission_failed': {
    status: 500,
    detail: 'Transcription submission failed',
    remedy: 'Try again; nothing was charged. If it persists, report the X-Request-Id.',
  },
  'payments.unavailable': {
    status: 500,
    detail: 'The payment service cannot be reached. You have paid nothing.',
    remedy: 'Try again in a few minutes. If it persists, report the X-Request-Id.',
  },
  'internal.unexpected': {
    status: 500,
    detail: 'Something went wrong on our side. Try again, and report the X-Request-Id if it persists.',
    remedy: 'Try again. If it persists, report the X-Request-Id.',
  },
} as const satisfies Record<string, CatalogueRow>;

export type ErrorCode = keyof typeof ERRORS;

type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never;

/** The values a code's sentence needs: none for most, `{ problem: string }` and the like for the others. */
export type ErrorValues<Code extends ErrorCode> = Record<
  PlaceholdersOf<(typeof ERRORS)[Code]['detail']>,
  string
>;

/** The sentence of a code, its placeholders filled in. */
export function errorDetail<Code extends ErrorCode>(code: Code, values: ErrorValues<Code>): string {
  const filled: Readonly<Record<string, string>> = values;
  return ERRORS[code].detail.replace(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? '');
}

/** The body of every error: one sentence, nothing else. */
export const errorSchema = z
  .object({ detail: z.string().describe('What went wrong, in one sentence a person can act on.') })
  .meta({ id: 'Error' });
