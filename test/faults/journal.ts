import type { Recording } from './recordings.ts';

export interface Customer {
  readonly name: string;
  readonly key: string;
}

/** One recording that a customer wanted transcribed, and what he knows of it. Its file's name is its own. */
export interface Submission {
  readonly filename: string;
  readonly customer: Customer;
  readonly recording: Recording;
  readonly idempotencyKey: string | null;
  /** `acknowledged`: answered with 200. `uncertain`: the answer was lost, or a 500. `cut`: its sender went away. */
  outcome: 'open' | 'acknowledged' | 'uncertain' | 'cut';
  jobId?: string;
  deleteAsked: boolean;
  /** When it would be transcribed, were it not for anything that happens from now on; milliseconds since 1970. */
  dueAt: number;
  /** How long after `dueAt` its end was seen. */
  lateMs?: number;
  status?: string;
}

export type Journal = ReturnType<typeof createJournal>;

/**
 * What the customers were told, and until when everything should be done. The deployment is taken for a vessel that
 * runs out at `speed` seconds of audio a second: whatever fills it, or stops it for a while, puts off everybody's end.
 */
export function createJournal({ speed }: { speed: number }) {
  const submissions: Submission[] = [];
  const problems: string[] = [];
  const isOutstanding = ({ outcome, status }: Submission) =>
    outcome === 'acknowledged' && status === undefined;
  const outstanding = () => submissions.filter(isOutstanding);
  const backlogSeconds = () => outstanding().reduce((sum, { recording }) => sum + recording.seconds, 0);
  const toRunOutMs = () => (backlogSeconds() / speed) * 1000;

  return {
    submissions,
    problems,
    outstanding,
    backlogSeconds,

    complain(problem: string): void {
      problems.push(problem);
    },

    open(wanted: Pick<Submission, 'customer' | 'recording' | 'idempotencyKey'>): Submission {
      const filename = `${wanted.recording.name}-${submissions.length + 1}.mp3`;
      const submission: Submission = { ...wanted, filename, outcome: 'open', deleteAsked: false, dueAt: 0 };
      submissions.push(submission);
      return submission;
    },

    acknowledge(submission: Submission, jobId: string): void {
      // Short recordings overtake long ones.
      for (const other of outstanding()) other.dueAt += (submission.recording.seconds / speed) * 1000;
      submission.outcome = 'acknowledged';
      submission.jobId = jobId;
      submission.dueAt = Date.now() + toRunOutMs();
    },

    /** After a blow: everything that is not done may begin from its beginning. */
    putOff(): void {
      const dueAt = Date.now() + toRunOutMs();
      for (const each of outstanding()) each.dueAt = dueAt;
    },

    end(submission: Submission, status: string): void {
      submission.status = status;
      submission.lateMs = Date.now() - submission.dueAt;
    },
  };
}
