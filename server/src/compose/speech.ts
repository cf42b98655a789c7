import path from 'node:path';

import type { Engine } from '@icana/engine';

import type { Settings } from '../config/load-settings.ts';
import { createJobAttempts } from '../features/jobs/work/job-attempts.ts';
import { createPrepareHandler } from '../features/jobs/work/prepare-handler.ts';
import { createRecogniseHandler } from '../features/jobs/work/recognise-handler.ts';
import { createTranscribeHandler } from '../features/jobs/work/transcribe-handler.ts';
import { createResumableUploads } from '../features/uploads/resumable/resumable-uploads.service.ts';
import { createTusCarrier } from '../features/uploads/resumable/tus-carrier.ts';
import { SLOWEST_PACE, type UploadPace } from '../features/uploads/upload-pace.ts';
import type { Languages } from '../features/uploads/uploads.rules.ts';
import { createUploads, type UploadLimits } from '../features/uploads/uploads.service.ts';
import { systemClock } from '../lib/clock.ts';
import type { Foundations } from './foundations.ts';
import type { Services } from './services.ts';

const BYTES_PER_MB = 1024 * 1024;
const MOST_LONG_UPLOADS = 20;
/** What an account may have uploaded without having made jobs of it, as far as it is not more than ten of the largest. */
const MOST_OPEN_UPLOADS = 50;
const MOST_FULL_SIZE_UPLOADS = 10;

/** What the service needs of the speech engine. */
export type SpeechEngine = Pick<Engine, 'probe' | 'transcribe' | 'prepare' | 'recogniseChunk'>;

export type SpeechServices = ReturnType<typeof composeSpeechServices>;

/** What takes recordings in and works on them: the only parts that need the speech engine. */
export function composeSpeechServices(
  { database, storage, log }: Foundations,
  { submissions, lifecycle, chunks, credits, jobWatch }: Services,
  {
    engine,
    models,
    settings,
    slowestPace = SLOWEST_PACE,
  }: { engine: SpeechEngine; models: Languages; settings: Settings; slowestPace?: UploadPace },
) {
  const maxBytes = settings.maxUploadMb * BYTES_PER_MB;
  const limits: UploadLimits = { maxBytes, mostLongUploads: MOST_LONG_UPLOADS, slowestPace };
  const reception = { submissions, lifecycle, credits, engine, models };
  const uploads = createUploads({ ...reception, watch: jobWatch, storage, log, limits });
  const inPieces = path.join(settings.dataDir, 'resumable');
  const resumableUploads = createResumableUploads({
    ...reception,
    database: database.db,
    clock: systemClock,
    uploads,
    folder: inPieces,
    limits: { maxBytes, mostUploads: MOST_OPEN_UPLOADS, mostBytes: MOST_FULL_SIZE_UPLOADS * maxBytes },
  });
  const attempts = createJobAttempts({ lifecycle, watch: jobWatch, clock: systemClock, log });
  const work = { attempts, engine, storage, log };
  return {
    uploads,
    resumableUploads,
    tusCarrier: createTusCarrier({ folder: inPieces, sizeOf: resumableUploads.announcedSize }),
    transcribeHandler: createTranscribeHandler({ ...work, lifecycle, concurrency: settings.jobsAtOnce }),
    prepareHandler: createPrepareHandler({ ...work, lifecycle, chunks }),
    recogniseHandler: createRecogniseHandler({
      ...work,
      chunks,
      engineProcesses: settings.engineProcesses,
    }),
  };
}
