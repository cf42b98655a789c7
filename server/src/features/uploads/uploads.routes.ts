import {
  submitAnswerSchema,
  submitFormSchema,
  submitHeadersSchema,
  SUBMITTED_MESSAGE,
} from '@icana/contract';

import { errorAnswers } from '../../infra/http/error-answers.ts';
import type { Routes } from '../../infra/http/http-server.ts';
import { receiveForm, submissionRoute, takeForms } from './receive-form.ts';
import type { Uploads } from './uploads.service.ts';

export async function addUploadRoutes(routes: Routes, { uploads }: { uploads: Uploads }): Promise<void> {
  await takeForms(routes);

  routes.post(
    '/transcribe',
    {
      ...submissionRoute(uploads),
      schema: {
        tags: ['jobs'],
        summary: 'Submit a recording',
        security: [{ apiKey: [] }],
        consumes: ['multipart/form-data'],
        headers: submitHeadersSchema,
        body: submitFormSchema,
        response: { 200: submitAnswerSchema, ...errorAnswers(400, 401, 402, 403, 404, 429, 500) },
      },
    },
    async (request, reply) => {
      const jobId = await receiveForm(request, reply, { uploads });
      return { job_id: jobId, status: 'processing' as const, message: SUBMITTED_MESSAGE };
    },
  );
}
