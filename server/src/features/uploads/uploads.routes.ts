import multipart from '@fastify/multipart';
import {
  HEADERS,
  submitAnswerSchema,
  submitFormSchema,
  submitHeadersSchema,
  SUBMITTED_MESSAGE,
} from '@icana/contract';
import type { FastifyRequest } from 'fastify';

import { ApiError, refusal } from '../../infra/http/api-error.ts';
import { askForBody } from '../../infra/http/early-answers.ts';
import { errorAnswers } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import { MAX_FIELD_BYTES } from './form-fields.ts';
import { watchPace } from './upload-pace.ts';
import { idempotencyKey } from './uploads.rules.ts';
import type { Submission, Uploads } from './uploads.service.ts';

/** Two files, so that the second can be refused by name; more fields than there are, because others are ignored. */
const FORM_LIMITS = { files: 2, fields: 20, fieldSize: MAX_FIELD_BYTES, fileSize: Infinity };

const INTERRUPTED = 'The upload stopped before the file was complete. Send it again.';

export async function addUploadRoutes(routes: Routes, parts: { uploads: Uploads }): Promise<void> {
  const { uploads } = parts;
  await routes.register(multipart, {
    limits: FORM_LIMITS,
    // By its file name and by nothing else: some clients give every field the type of a file.
    isPartAFile: (_name, _type, filename) => filename !== undefined,
    // The service counts the bytes itself.
    throwFileSizeLimit: false,
  });

  routes.post(
    '/transcribe',
    {
      config: { limitClass: 'submit' },
      schema: {
        tags: ['jobs'],
        summary: 'Submit a recording',
        security: [{ apiKey: [] }],
        consumes: ['multipart/form-data'],
        headers: submitHeadersSchema,
        body: submitFormSchema,
        response: { 200: submitAnswerSchema, ...errorAnswers(400, 401, 402, 403, 404, 429, 500) },
      },
      // The body is a stream: it is checked as it arrives.
      validatorCompiler: () => (body: unknown) => ({ value: body }),
      onRequest: async (request) => {
        await uploads.admit(callerOf(request), idempotencyKey(request.headers[HEADERS.idempotencyKey]));
      },
    },
    async (request, reply) => {
      requireForm(request);
      askForBody(request, reply);
      const submission = uploads.begin(callerOf(request), announcedBytes(request));
      const pace = watchPace(request.raw, uploads.slowestPace);
      try {
        const jobId = await Promise.race([receive(request, submission), pace.tooSlow]);
        return { job_id: jobId, status: 'processing' as const, message: SUBMITTED_MESSAGE };
      } catch (error) {
        await submission.abandon(whyUnfinished(request, error));
        throw error;
      } finally {
        pace.stop();
      }
    },
  );
}

async function receive(request: FastifyRequest, submission: Submission): Promise<string> {
  for await (const part of formParts(request)) {
    if (part.type === 'file' && part.fieldname !== 'file') throw refusal('upload.file_missing');
    if (part.type === 'file') {
      await submission.file({ filename: part.filename, bytes: part.file });
    } else {
      submission.field({ name: part.fieldname, value: String(part.value), truncated: part.valueTruncated });
    }
  }
  // Everything has arrived: from here on the sender waits for us, and his silence says nothing.
  request.raw.socket.setTimeout(0);
  return await submission.submit(idempotencyKey(request.headers[HEADERS.idempotencyKey]));
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

const hasGone = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

function announcedBytes(request: FastifyRequest): number | null {
  const bytes = Number(request.headers['content-length']);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
