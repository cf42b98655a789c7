import type { Readable } from 'node:stream';
import type { DashboardJob } from '@icana/contract/app';

import { ApiError } from '../../infra/http/api-error.ts';
import { wireTime, type Clock } from '../../lib/clock.ts';
import { toAud } from '../../lib/money.ts';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { ApiKeys } from '../api-keys/api-keys.service.ts';
import type { Statements } from '../billing/statements.ts';
import type { DashboardJobsService } from '../jobs/dashboard-jobs.ts';
import type { JobFiles } from '../jobs/results/job-files.ts';
import type { Webhooks } from '../webhooks/webhooks.service.ts';
import { zipArchive, type ArchivedFile } from './zip-archive.ts';

const JOBS_AT_ONCE = 100;
const ID_LETTERS = 8;

export type AccountExport = ReturnType<typeof createAccountExport>;

/** Everything that is an account's, for its person to take away. */
export function createAccountExport(parts: {
  clock: Clock;
  accounts: Pick<Accounts, 'byId'>;
  apiKeys: Pick<ApiKeys, 'list'>;
  webhooks: Pick<Webhooks, 'list'>;
  statements: Pick<Statements, 'everyMovement'>;
  dashboardJobs: Pick<DashboardJobsService, 'list'>;
  jobFiles: Pick<JobFiles, 'export'>;
}) {
  const { clock, accounts, apiKeys, webhooks, statements, dashboardJobs, jobFiles } = parts;

  async function* everyJob(accountId: string): AsyncGenerator<DashboardJob> {
    let cursor: string | null | undefined;
    do {
      const page: Awaited<ReturnType<typeof dashboardJobs.list>> = await dashboardJobs.list({
        accountId,
        limit: JOBS_AT_ONCE,
        cursor: cursor ?? undefined,
      });
      yield* page.jobs;
      cursor = page.nextCursor;
    } while (cursor);
  }

  async function* profile(accountId: string) {
    const { email, status, createdAt, settings, availableMicroAud, heldMicroAud } =
      await accounts.byId(accountId);
    const [available, held] = [toAud(availableMicroAud), toAud(heldMicroAud)];
    const { timeZone } = settings;
    yield asJson({
      email,
      status,
      created_at: wireTime(createdAt),
      time_zone: timeZone,
      available_aud: available,
      held_aud: held,
    });
  }

  async function* keys(accountId: string) {
    const list = await apiKeys.list(accountId);
    yield asJson(
      list.map(({ name, masked, createdAt, lastUsedAt, revokedAt }) => ({
        name,
        key: masked,
        created_at: wireTime(createdAt),
        last_used_at: lastUsedAt && wireTime(lastUsedAt),
        revoked_at: revokedAt && wireTime(revokedAt),
      })),
    );
  }

  async function* transcript(wanted: { accountId: string; id: string; format: 'txt' | 'json' }) {
    try {
      const { content } = await jobFiles.export(wanted);
      yield typeof content === 'string' ? content : asJson(content);
    } catch (error) {
      // Deleted between the list and its turn.
      if (!(error instanceof ApiError)) throw error;
      yield error.message;
    }
  }

  async function* files(accountId: string): AsyncGenerator<ArchivedFile> {
    const at = clock.now();
    yield { name: 'account.json', at, text: () => profile(accountId) };
    yield { name: 'api-keys.json', at, text: () => keys(accountId) };
    yield { name: 'webhooks.json', at, text: () => listed(webhooks.list(accountId)) };
    yield { name: 'ledger.json', at, text: () => jsonLines(statements.everyMovement(accountId)) };
    yield { name: 'recordings.json', at, text: () => jsonLines(everyJob(accountId)) };
    for await (const { id, status, filename, createdAt } of everyJob(accountId)) {
      if (status !== 'completed') continue;
      const name = `transcripts/${createdAt.slice(0, 10)} ${harmless(filename)} ${id.slice(0, ID_LETTERS)}`;
      for (const format of ['txt', 'json'] as const) {
        yield { name: `${name}.${format}`, at, text: () => transcript({ accountId, id, format }) };
      }
    }
  }

  return {
    /** An archive (ZIP) with the account, its keys' names, its ledger, its recordings' names and their transcripts. */
    of: (accountId: string): Readable => zipArchive(files(accountId)),
  };
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function* listed(answer: Promise<unknown>) {
  yield asJson(await answer);
}

/** A list in JSON, an entry a line, of which never more than an entry is in memory. */
async function* jsonLines(entries: AsyncIterable<unknown>) {
  let before = '[\n';
  for await (const entry of entries) {
    yield before + JSON.stringify(entry);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** A part of a file's name that names no other place, and that every system takes. */
const harmless = (text: string): string =>
  text
    .replace(/[\p{Cc}/\\:*?"<>|]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 100);
