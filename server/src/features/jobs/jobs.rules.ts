import { isTerminal, type Job, type JobExpansion, type JobSummary } from '@icana/contract';
import type { DashboardJob } from '@icana/contract/app';

import type { JobRow } from '../../infra/database/schema.ts';
import { wireTime } from '../../lib/clock.ts';
import { isUuid } from '../../lib/ids.ts';
import { toAud } from '../../lib/money.ts';
import type { Transcripts } from '../transcripts/transcripts.service.ts';
import type { Outlook } from './work/outlooks.ts';

type StoredTranscript = Awaited<ReturnType<Transcripts['find']>>;

/** To a hundredth of a second. */
const wireSeconds = (durationMs: number): number => Math.round(durationMs / 10) / 100;

/** A job as a list shows it. The decoded duration replaces the announced one as soon as it is known. */
export function toSummary(row: JobRow): JobSummary {
  const durationMs = row.decoded_duration_ms ?? row.probed_duration_ms;
  const seconds = durationMs === null ? null : wireSeconds(durationMs);
  return {
    id: row.id,
    status: row.status,
    original_filename: row.original_filename,
    language: row.language,
    audio_duration_seconds: seconds,
    audio_duration_minutes: seconds === null ? null : seconds / 60,
    error_message: row.error_message,
    created_at: wireTime(row.created_at),
    completed_at: row.completed_at && wireTime(row.completed_at),
  };
}

/** A job with its texts and what `expand` asks for. The order of the fields is the contract's schema's business. */
export function toJob(
  row: JobRow,
  transcript: StoredTranscript,
  view: { expand: readonly JobExpansion[]; now: Date; outlook: Outlook | null },
): Job {
  const expansions = {
    progress: () => progressOf(row, view),
    segments: () => transcript?.segments ?? null,
    words: () => transcript?.words ?? null,
    speakers: () => transcript?.speakers ?? null,
    suppressed: () => transcript?.suppressed ?? null,
    cost: () => costOf(row),
  };
  return {
    ...toSummary(row),
    transcription: transcript?.transcription ?? null,
    diarization: transcript?.diarization ?? null,
    ...Object.fromEntries(view.expand.map((name) => [name, expansions[name]()])),
  };
}

/** A job as the pages of the dashboard list it. */
export function toDashboardJob(row: JobRow, view: { now: Date; outlook: Outlook | null }): DashboardJob {
  const { status, audio_duration_seconds, created_at, completed_at } = toSummary(row);
  const progress = progressOf(row, view);
  return {
    id: row.id,
    status,
    filename: row.original_filename,
    language: row.language,
    durationSeconds: audio_duration_seconds,
    progress: progress ? { fraction: progress.fraction, etaSeconds: progress.eta_seconds } : null,
    heldMicroAud: isTerminal(status) ? 0 : (row.held_micro_aud ?? 0),
    chargedMicroAud: row.charged_micro_aud,
    errorMessage: row.error_message,
    // Read of a file that had arrived whole.
    canRetry: status === 'failed' && row.probed_duration_ms !== null,
    createdAt: created_at,
    completedAt: completed_at,
  };
}

function costOf(row: JobRow): NonNullable<Job['cost']> {
  return {
    currency: 'AUD',
    held: isTerminal(row.status) ? 0 : toAud(row.held_micro_aud ?? 0),
    charged: row.charged_micro_aud === null ? null : toAud(row.charged_micro_aud),
  };
}

/** Equal exactly when nothing has changed that somebody who waits for the job wants to know. */
export const gistOf = (job: JobRow | undefined): string =>
  job ? `${job.status} ${job.progress_fraction}` : 'gone';

/** How far a job has come; null once it has ended. */
export function progressOf(row: JobRow, view: { now: Date; outlook: Outlook | null }): Job['progress'] {
  if (isTerminal(row.status)) return null;
  if (row.status === 'uploading') return { stage: 'uploading', fraction: 0, eta_seconds: null };
  const stage = row.status === 'pending' ? 'queued' : 'transcribing';
  const fraction = row.progress_fraction ?? 0;
  return { stage, fraction, eta_seconds: etaByCost(row, view.outlook) ?? etaBySoFar(row, view.now) };
}

/** By how long work takes here, and what is ahead of it. */
function etaByCost(row: JobRow, outlook: Outlook | null): number | null {
  if (!outlook || outlook.secondsPerAudioSecond === null) return null;
  const ownMs = (row.probed_duration_ms ?? 0) * (1 - (row.progress_fraction ?? 0));
  return Math.ceil(((outlook.aheadMs + ownMs) / 1000) * outlook.secondsPerAudioSecond);
}

/** Below this the time it took so far says nothing about the time it will take. */
const TELLING_FRACTION = 0.02;

/** As it went so far: all that a deployment knows that has never finished anything. */
function etaBySoFar(
  { started_at: startedAt, progress_fraction: fraction }: JobRow,
  now: Date,
): number | null {
  if (startedAt === null || fraction === null || fraction < TELLING_FRACTION) return null;
  const elapsedMs = Math.max(0, now.getTime() - startedAt.getTime());
  return Math.round((elapsedMs * (1 - fraction)) / fraction / 1000);
}

/** Where a page of a list ended: the list goes on with the first job that comes after it. */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export const writeCursor = ({ createdAt, id }: ListPosition): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

/** The position a cursor stands for, or null when it is none of ours. */
export function readCursor(cursor: string): ListPosition | null {
  const [time = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  if (rest.length > 0 || !/^\d{1,15}$/.test(time) || !isUuid(id)) return null;
  const position = { createdAt: new Date(Number(time)), id };
  // The decoder passes over what it cannot read.
  return writeCursor(position) === cursor ? position : null;
}
