import multipart from '@fastify/multipart';
import { HEADERS } from '@icana/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError, refusal } from '../../infra/http/api-error.ts';
import { askForBody, hasGone } from '../../infra/http/early-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import { MAX_FIELD_BYTES, type Field } from './form-fields.ts';
import { watchPace } from './upload-pace.ts';
import { idempotencyKey } from './uploads.rules.ts';
import type { Submission, Uploads } from './uploads.service.ts';

/** Two files, so that the second can be refused by name; more fields than there are, because others are ignored. */
const FORM_LIMITS = { files: 2, fields: 20, fieldSize: MAX_FIELD_BYTES, fileSize: Infinity };

const INTERRUPTED = 'The upload stopped before the file was complete. Send it again.';

/** Lets the routes that are added here take forms with recordings. */
export async function takeForms(routes: Pick<Routes, 'register'>): Promise<void> {
  await routes.register(multipart, {
    limits: FORM_LIMITS,
    // By its file name and by nothing else: some clients give every field the type of a file.
    isPartAFile: (_name, _type, filename) => filename !== undefined,
    // The service counts the bytes itself.
    throwFileSizeLimit: false,
  });
}

/** What every route has that takes a recording: how it counts, and what it refuses before the body is read. */
export function submissionRoute({ admit }: Pick<Uploads, 'admit'>) {
  return {
    config: { limitClass: 'submit' },
    // The body is a stream: it is checked as it arrives.
    validatorCompiler: () => (body: unknown) => ({ value: body }),
    onRequest: async (request: FastifyRequest) => await admit(callerOf(request), idempotencyKeyOf(request)),
  } as const;
}

/** @throws ApiError 400 when the header is there but holds no key */
export const idempotencyKeyOf = ({ headers }: FastifyRequest): string | null =>
  idempotencyKey(headers[HEADERS.idempotencyKey]);

interface Form {
  readonly uploads: Uploads;
  /** Where a form has fields that are no submission's: passes on to the submission what is. */
  readonly onField?: (field: Field, submission: Submission) => void;
}

/**
 * Submits the recording of a form as it arrives, and leaves nothing of it when it is refused.
 * @returns the id of the job
 * @throws ApiError
 */
export async function receiveForm(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<string> {
  requireForm(request);
  askForBody(request, reply);
  const { uploads, onField = (field, { field: add }) => add(field) } = form;
  const submission = uploads.begin(callerOf(request), announcedBytes(request));
  const pace = watchPace(request.raw, uploads.slowestPace);
  try {
    return await Promise.race([receive(request, submission, onField), pace.tooSlow]);
  } catch (error) {
    await submission.abandon(whyUnfinished(request, error));
    throw error;
  } finally {
    pace.stop();
  }
}

async function receive(
  request: FastifyRequest,
  submission: Submission,
  onField: NonNullable<Form['onField']>,
): Promise<string> {
  for await (const part of formParts(request)) {
    if (part.type === 'file' && part.fieldname !== 'file') throw refusal('upload.file_missing');
    if (part.type === 'file') {
      await submission.file({ filename: part.filename, bytes: part.file });
    } else {
      const field = { name: part.fieldname, value: String(part.value), truncated: part.valueTruncated };
      onField(field, submission);
    }
  }
  // Everything has arrived: from here on the sender waits for us, and his silence says nothing.
  request.raw.socket.setTimeout(0);
  return await submission.submit(idempotencyKeyOf(request));
}

/** @throws ApiError 400 when the head of the request does not announce a form that can be read */
function requireForm(request: FastifyRequest): void {
  if (!request.isMultipart()) throw refusal('upload.not_multipart');
  if (/[^\s]/.test(request.headers['content-encoding']?.replace(/identity/i, '') ?? ''))
    throw refusal('upload.encoded');
}

/** The parts of the form, one after the other; what is wrong with the form itself is a 400. */
async function* formParts(request: FastifyRequest) {
  try {
    yield* request.parts();
  } catch (error) {
    throw brokenForm(request, error);
  }
}

/** By the code of the form's reader, or where it has none by its message. */
const FORM_PROBLEMS: Readonly<Record<string, string>> = {
  FST_FILES_LIMIT: 'it has too many files.',
  FST_FIELDS_LIMIT: 'it has too many fields.',
  FST_PARTS_LIMIT: 'it has too many parts.',
  FST_PROTO_VIOLATION: 'a field has a name that is not allowed.',
  FST_INVALID_JSON_FIELD_ERROR: 'a field says that it is JSON and is not.',
  'Multipart: Boundary not found': 'its Content-Type names no boundary.',
  'The needle cannot have a length bigger than 256.': 'its boundary is too long.',
  'Unexpected end of multipart data': 'it ends before its closing boundary.',
};

function brokenForm(request: FastifyRequest, error: unknown): ApiError {
  if (hasGone(request)) return refusal('upload.interrupted');
  const { code = '', message } = error as NodeJS.ErrnoException;
  const problem = FORM_PROBLEMS[code] ?? FORM_PROBLEMS[message] ?? 'it cannot be taken apart.';
  return refusal('upload.broken_form', { problem });
}

/** Why a sender did not finish, for the job that is left to say so; null when the recording was refused. */
function whyUnfinished(request: FastifyRequest, error: unknown): string | null {
  if (error instanceof ApiError && error.code === 'upload.too_slow') return error.message;
  return hasGone(request) ? INTERRUPTED : null;
}

function announcedBytes(request: FastifyRequest): number | null {
  const bytes = Number(request.headers['content-length']);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
