import type { AccountStatus, Job, JobStatus } from '@icana/contract';
import type { ModelFetch, OperatorAction, PaymentStatus } from '@icana/contract/app';
import type { Overlay } from '@icana/contract/edits';
import type { Measure, PreparedRecording, RecognisedChunk, SpeakerEvidence } from '@icana/engine';
import type { ColumnType, Generated, Insertable, Kysely, Selectable } from 'kysely';

/**
 * The tables as `server/migrations/*.sql` makes them, for the query builder. Money and durations are `bigint` there and
 * numbers here: none can pass what a double holds exactly.
 */
export interface Schema {
  accounts: AccountsTable;
  api_keys: ApiKeysTable;
  ledger_transactions: LedgerTransactionsTable;
  ledger_entries: LedgerEntriesTable;
  jobs: JobsTable;
  transcripts: TranscriptsTable;
  transcript_edits: TranscriptEditsTable;
  idempotency_keys: IdempotencyKeysTable;
  payments: PaymentsTable;
  payment_reversals: PaymentReversalsTable;
  rate_limit_windows: RateLimitWindowsTable;
  webhooks: WebhooksTable;
  job_preparations: JobPreparationsTable;
  job_chunks: JobChunksTable;
  work_costs: WorkCostsTable;
  resumable_uploads: ResumableUploadsTable;
  people: PeopleTable;
  sessions: SessionsTable;
  sign_in_methods: SignInMethodsTable;
  outbox: OutboxTable;
  operator_actions: OperatorActionsTable;
  workers: WorkersTable;
}

export interface AccountsTable {
  id: string;
  email: string;
  status: AccountStatus;
  available_micro_aud: Generated<number>;
  held_micro_aud: Generated<number>;
  created_at: Date;
  rate_limit_submit: Generated<number | null>;
  rate_limit_request: Generated<number | null>;
  time_zone: Generated<string>;
  low_balance_micro_aud: Generated<number | null>;
  low_balance_notice: Generated<'waiting' | 'due' | 'given'>;
  is_operator: Generated<boolean>;
  /** Set when its person closed it. */
  erased_at: ColumnType<Date | null, undefined, Date>;
  /** Of the mailbox that the address led to with which it was opened. */
  welcomed_email_digest: ColumnType<Buffer | null, Buffer | undefined, never>;
}

export interface ApiKeysTable {
  id: string;
  account_id: string;
  name: string;
  digest: Buffer;
  prefix: string;
  last_four: string;
  created_at: Date;
  last_used_at: Date | null;
  last_used_address: string | null;
  revoked_at: Date | null;
}

export type LedgerKind =
  'grant' | 'adjustment' | 'top_up' | 'reversal' | 'hold' | 'settle' | 'release' | 'write_off' | 'refund';
export type LedgerBook = 'available' | 'held' | 'granted' | 'earned' | 'written_off';

interface LedgerTransactionsTable {
  id: string;
  account_id: string;
  kind: LedgerKind;
  job_id: string | null;
  reason: string;
  reference: string | null;
  created_at: Date;
}

interface LedgerEntriesTable {
  id: Generated<number>;
  transaction_id: string;
  book: LedgerBook;
  amount_micro_aud: number;
}

interface JobsTable {
  id: string;
  account_id: string;
  api_key_id: string | null;
  status: JobStatus;
  original_filename: string;
  language: string;
  prompt: string | null;
  num_speakers: number | null;
  min_speakers: number | null;
  max_speakers: number | null;
  storage_key: string;
  size_bytes: number | null;
  sha256: string | null;
  probed_duration_ms: number | null;
  decoded_duration_ms: number | null;
  held_micro_aud: number | null;
  charged_micro_aud: number | null;
  refunded_micro_aud: Generated<number>;
  attempts: Generated<number>;
  progress_fraction: number | null;
  /** The place of its work in the queue, earliest first; null until it was submitted. */
  due_at: Date | null;
  error_message: string | null;
  created_at: Date;
  upload_alive_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  /** Set when its owner deleted it: nobody sees the job any more, and only the books still count it. */
  erased_at: Date | null;
  /** From when on its recording may be removed from storage; null when there is nothing to remove. */
  recording_removal_due_at: Date | null;
}
export type JobRow = Selectable<JobsTable>;
export type NewJobRow = Insertable<JobsTable>;

/** A `jsonb` column: read as the value, written as JSON text (the driver would make a PostgreSQL array of an array). */
type Json<Value> = ColumnType<Value, string, string>;

interface TranscriptsTable {
  job_id: string;
  transcription: string;
  diarization: string;
  segments: Json<NonNullable<Job['segments']>>;
  words: Json<NonNullable<Job['words']>>;
  speakers: Json<NonNullable<Job['speakers']>>;
  suppressed: Json<NonNullable<Job['suppressed']>>;
  created_at: Date;
  /** Large, and read only to count speakers anew. */
  speaker_evidence: ColumnType<SpeakerEvidence | null, string | null, never>;
  /** Read only to be drawn. */
  levels: ColumnType<Buffer | null, Buffer | null, never>;
}

interface TranscriptEditsTable {
  job_id: string;
  revision: number;
  overlay: Json<Overlay>;
  edited_by: string | null;
  updated_at: Date;
}

interface JobPreparationsTable {
  job_id: string;
  read_share: Generated<number>;
  /** Null until the whole recording has been read. */
  recording: ColumnType<PreparedRecording | null, string | undefined, string>;
}

interface JobChunksTable {
  job_id: string;
  number: number;
  task_id: string;
  start_seconds: number;
  end_seconds: number;
  speech_seconds: number;
  due_at: Date;
  recognised_share: Generated<number>;
  queued_at: ColumnType<Date | null, undefined, Date>;
  result: ColumnType<RecognisedChunk | null, undefined, string | null>;
}

interface WorkCostsTable {
  stage: Measure['stage'];
  seconds_per_audio_second: number;
  measured_at: Date;
}

interface ResumableUploadsTable {
  id: string;
  account_id: string;
  filename: string;
  size_bytes: number;
  last_modified_ms: number | null;
  probed_duration_ms: Generated<number | null>;
  created_at: Date;
}
export type ResumableUploadRow = Selectable<ResumableUploadsTable>;

interface IdempotencyKeysTable {
  account_id: string;
  key: string;
  fingerprint: string;
  job_id: string;
  created_at: Date;
}

interface PaymentsTable {
  id: string;
  account_id: string;
  payer_email: string;
  method: 'stripe' | 'test';
  status: PaymentStatus;
  amount_micro_aud: number;
  checkout_session_id: string | null;
  payment_intent_id: string | null;
  receipt_number: number | null;
  reversed_micro_aud: Generated<number>;
  written_off_micro_aud: Generated<number>;
  created_at: Date;
  paid_at: Date | null;
}
export type PaymentRow = Selectable<PaymentsTable>;

interface PaymentReversalsTable {
  reference: string;
  payment_intent_id: string;
  amount_micro_aud: number;
}

interface RateLimitWindowsTable {
  key: string;
  used: number;
  ends_at: Date;
}

export interface WebhooksTable {
  id: string;
  account_id: string;
  url: string;
  secret: string;
  created_at: Date;
  last_delivery_at: Date | null;
  last_delivery_failure: string | null;
}

interface PeopleTable {
  id: string;
  account_id: string;
  email: string;
  email_verified: boolean;
  name: Generated<string>;
  created_at: Date;
  updated_at: Date;
}

interface SessionsTable {
  id: string;
  person_id: string;
  token: string;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

interface SignInMethodsTable {
  id: string;
  person_id: string;
  provider: string;
  subject: string;
  password_hash: string | null;
  created_at: Date;
  updated_at: Date;
}

interface OutboxTable {
  id: Generated<number>;
  recipient: string;
  subject: string;
  body: string;
  created_at: Date;
}

interface OperatorActionsTable {
  id: Generated<number>;
  at: Date;
  who: string;
  what: string;
  about: string | null;
  account_id: string | null;
  details: Json<OperatorAction['details']>;
  change_id: Generated<string | null>;
}
export type OperatorActionRow = Selectable<OperatorActionsTable>;

interface WorkersTable {
  id: string;
  host_name: string;
  process_id: number;
  version: string;
  role: 'all' | 'api' | 'worker';
  engine_processes: number;
  engine_processes_alive: number;
  models: Json<readonly string[]>;
  model_fetch: ColumnType<ModelFetch | null, string | null, string | null>;
  started_at: Date;
  seen_at: Date;
}

/** The database, or a transaction in it: a store's function works in whichever it is given. */
export type Database = Kysely<Schema>;
