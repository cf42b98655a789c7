import { openAiAnswerSchema, openAiFormSchema, submitFormSchema, submitHeadersSchema } from '@icana/contract';
import { z } from 'zod';

import { whenOver } from '../../infra/http/event-stream.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { callerOf } from '../../infra/http/request-context.ts';
import type { Field } from '../uploads/form-fields.ts';
import { idempotencyKeyOf, receiveForm, submissionRoute, takeForms } from '../uploads/receive-form.ts';
import type { Submission, Uploads } from '../uploads/uploads.service.ts';
import { openAiErrors } from './openai-errors.ts';
import { createOpenAiFields } from './openai-fields.ts';
import type { OpenAiTranscriptions } from './openai.service.ts';

/** Fields of the form that are fields of a submission. All others are read here, or by nobody. */
const SUBMITTED: ReadonlySet<string> = new Set(Object.keys(submitFormSchema.shape));

const text = { schema: z.string() };

/** What OpenAI's clients ask for, as they ask for it: `POST /audio/transcriptions`, answered with the transcription. */
export async function addOpenAiRoutes(
  routes: Routes,
  { uploads, openAi }: { uploads: Uploads; openAi: OpenAiTranscriptions },
): Promise<void> {
  const closing = new AbortController();
  // Whoever waits is answered before the server waits for the answers.
  routes.addHook('preClose', async () => closing.abort());
  await takeForms(routes);

  routes.post(
    '/audio/transcriptions',
    {
      ...submissionRoute(uploads),
      schema: {
        tags: ['openai'],
        summary: 'Transcribe a recording and wait for it',
        security: [{ bearer: [] }],
        consumes: ['multipart/form-data'],
        headers: submitHeadersSchema,
        body: openAiFormSchema,
        response: {
          200: {
            description: 'The transcription in the format that was asked for.',
            content: {
              'application/json': { schema: openAiAnswerSchema },
              'text/plain': text,
              'application/x-subrip': text,
              'text/vtt': text,
            },
          },
          ...openAiErrors.answers(400, 401, 402, 403, 404, 429, 500),
        },
      },
    },
    async (request, reply) => {
      const fields = createOpenAiFields();
      const onField = (field: Field, submission: Submission) =>
        SUBMITTED.has(field.name) ? submission.field(field) : fields.add(field);
      const id = await receiveForm(request, reply, { uploads, onField });
      const { contentType, content } = await openAi.transcription({
        accountId: callerOf(request).accountId,
        id,
        asked: fields.asked(),
        canComeBack: idempotencyKeyOf(request) !== null,
        elapsedMs: reply.elapsedTime,
        gone: whenOver(reply),
        closing: closing.signal,
      });
      return await reply.type(contentType).send(content);
    },
  );
}
