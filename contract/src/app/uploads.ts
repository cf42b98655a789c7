import { z } from 'zod';

import { MAX_SPEAKERS } from '../submit.ts';
import { utcTime } from '../times.ts';
import { madeJobSchema } from './jobs.ts';

/** `GET /app/uploads/terms`: what may be uploaded here, and what it costs. */
export const uploadTermsSchema = z.object({
  languages: z.array(z.string()).describe('Codes of the languages that are installed; `auto` finds it out.'),
  defaultLanguage: z.string(),
  extensions: z.array(z.string()).describe('What names of recordings end in, with the dot.'),
  maxBytes: z.int(),
  maxSpeakers: z.int(),
  microAudPerMinute: z.int(),
  minimumMicroAud: z.int().describe('Without so much available nothing is taken.'),
});
export type UploadTerms = z.infer<typeof uploadTermsSchema>;

/** An upload that no job has been made of yet. */
export const openUploadSchema = z.object({
  id: z.uuid(),
  filename: z.string(),
  sizeBytes: z.int(),
  receivedBytes: z.int(),
  lastModifiedMs: z
    .int()
    .nullable()
    .describe(
      'As the browser said it: with name and size it tells whether a file is the one that was begun.',
    ),
  isReceiving: z.boolean().describe('Whether bytes of it are coming: it goes on in another window.'),
  expiresAt: utcTime,
});
export type OpenUpload = z.infer<typeof openUploadSchema>;

export const openUploadsSchema = z.object({ uploads: z.array(openUploadSchema).describe('Oldest first.') });
export type OpenUploads = z.infer<typeof openUploadsSchema>;

/** What the transcript of a finished upload will cost. */
export const offerSchema = z.object({
  durationSeconds: z.number(),
  priceMicroAud: z.int(),
  availableMicroAud: z.int(),
});
export type Offer = z.infer<typeof offerSchema>;

/** `GET /app/uploads/{id}/offer`: what it will cost, or the job that was made of the upload already. */
export const offerOrJobSchema = z.union([offerSchema, madeJobSchema]);
export type OfferOrJob = z.infer<typeof offerOrJobSchema>;

/** Room for the 200 words that count. */
const MAX_PROMPT_LENGTH = 2000;
const speakers = (name: string) => {
  const problem = `${name} must be a whole number from 1 to ${MAX_SPEAKERS}`;
  return z.int(problem).min(1, problem).max(MAX_SPEAKERS, problem).optional();
};

/** The body of `POST /app/jobs`: the upload that is to be transcribed, and how. */
export const submitUploadSchema = z.strictObject({
  uploadId: z.string('uploadId must be the id of an upload').max(100),
  language: z.string('language must be a code such as "en"').max(40).optional(),
  prompt: z
    .string('prompt must be text')
    .max(MAX_PROMPT_LENGTH, `prompt must have at most ${MAX_PROMPT_LENGTH} characters`)
    .optional(),
  numSpeakers: speakers('numSpeakers'),
  minSpeakers: speakers('minSpeakers'),
  maxSpeakers: speakers('maxSpeakers'),
});
export type SubmitUpload = z.infer<typeof submitUploadSchema>;
