import { createHash } from 'node:crypto';
import type { AccountStatus } from '@icana/contract';

import { inTransaction } from '../../infra/database/in-transaction.ts';
import type { Database } from '../../infra/database/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import {
  changeAccountSettings,
  changeAccountStatus,
  eraseAccount,
  findAccountByEmail,
  findTimeZone,
  insertAccount,
  listAccounts,
  lockWelcome,
  readAccount,
  wasWelcomedBefore,
  type AccountRow,
} from './accounts.store.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly status: AccountStatus;
  readonly availableMicroAud: number;
  readonly heldMicroAud: number;
  readonly createdAt: Date;
  /** Whether its person sees the pages of the operator. */
  readonly isOperator: boolean;
  readonly settings: AccountSettings;
}

/** What an operator can set for one account. */
export interface AccountSettings {
  /** Requests of a kind that each of its keys may make in a minute; null: as many as the deployment allows. */
  readonly submitLimit: number | null;
  readonly requestLimit: number | null;
  /** The zone whose midnights divide its days, by the name that the tz database has for it. */
  readonly timeZone: string;
}

/** What accounts need of credits: the welcome gift, in the transaction that makes the account. */
interface Gifts {
  grant(db: Database, gift: { accountId: string; amountMicroAud: number; reason: string }): Promise<void>;
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const MAX_EMAIL_LENGTH = 254;
const MAX_LIMIT = 1_000_000;

/** The steps an operator can take, and from which statuses. A closed account stays closed. */
const STEPS = {
  suspend: { from: ['unverified', 'active'], to: 'suspended' },
  restore: { from: ['unverified', 'suspended'], to: 'active' },
  close: { from: ['unverified', 'active', 'suspended'], to: 'closed' },
} as const;
export type AccountStep = keyof typeof STEPS;

export type Accounts = ReturnType<typeof createAccounts>;

/**
 * The people (or services) who own keys, credit and jobs, each known by an e-mail address. What changes them takes the
 * transaction that it is to be part of, where there is one.
 */
export function createAccounts(parts: {
  database: Database;
  clock: Clock;
  credits: Gifts;
  welcomeMicroAud: number;
}) {
  const { database, clock, credits, welcomeMicroAud } = parts;

  /** @throws OperatorError when no account has the address */
  async function byEmail(email: string, db = database): Promise<Account> {
    const row = await findAccountByEmail(db, normalise(email));
    if (!row) throw new OperatorError(`There is no account for ${email}.`);
    return toAccount(row);
  }

  /** Makes an account with the welcome credit as part of `trx`; null when the address has one. */
  async function insertWelcomed(
    trx: Database,
    account: { email: string; status: AccountStatus },
  ): Promise<string | null> {
    const id = newId();
    const emailDigest = digestOf(mailboxOf(account.email));
    await lockWelcome(trx, emailDigest);
    const row = { ...account, id, created_at: clock.now(), welcomed_email_digest: emailDigest };
    if (!(await insertAccount(trx, row))) return null;
    // Once a mailbox: who comes by another address of it, or leaves and comes back, has had it.
    if (await wasWelcomedBefore(trx, { id, emailDigest })) return id;
    await credits.grant(trx, { accountId: id, amountMicroAud: welcomeMicroAud, reason: 'welcome credit' });
    return id;
  }

  return {
    byEmail,

    find: async (email: string): Promise<Account | null> => {
      const row = await findAccountByEmail(database, normalise(email));
      return row ? toAccount(row) : null;
    },

    list: async (): Promise<Account[]> => (await listAccounts(database)).map(toAccount),

    /**
     * Makes an active account whose address counts as verified, with the welcome credit.
     * @throws OperatorError when the address is no address or has an account already
     */
    async create(email: string, db = database): Promise<Account> {
      const address = normalise(email);
      if (!EMAIL.test(address) || address.length > MAX_EMAIL_LENGTH) {
        throw new OperatorError(`"${email}" is not an e-mail address.`);
      }
      const id = await inTransaction(db, (trx) => insertWelcomed(trx, { email: address, status: 'active' }));
      if (id === null) throw new OperatorError(`There is an account for ${address} already.`);
      return await byEmail(address, db);
    },

    /**
     * Makes an account for somebody who has just registered, with the welcome credit, as part of `trx`: it is active
     * once the address is verified. Answers with its id; null when the address has an account.
     */
    open: async (trx: Database, email: string): Promise<string | null> =>
      await insertWelcomed(trx, { email: normalise(email), status: 'unverified' }),

    /** The account of an id that is known to be one's. */
    byId: async (id: string): Promise<Account> => toAccount(await readAccount(database, id)),

    /** Opens the pages of the operator to the account's person, or closes them, from the next request on. */
    async setOperator(email: string, isOperator: boolean, db = database): Promise<Account> {
      const { id } = await byEmail(email, db);
      await changeAccountSettings(db, id, { is_operator: isOperator });
      return await byEmail(email, db);
    },

    /** Ends an account for good and takes its address from it; answers false when that was done before. */
    erase: async (trx: Database, id: string): Promise<boolean> =>
      await eraseAccount(trx, { id, at: clock.now() }),

    /** Sets the zone whose midnights divide the account's days; answers false when nobody knows it. */
    async setTimeZone(id: string, name: string): Promise<boolean> {
      const timeZone = await findTimeZone(database, name);
      if (timeZone !== null) await changeAccountSettings(database, id, { time_zone: timeZone });
      return timeZone !== null;
    },

    /**
     * Suspends, restores or closes an account. Its keys stop working (or work again) with the next request.
     * @throws OperatorError when the account's status does not allow the step
     */
    async step(email: string, step: AccountStep, db = database): Promise<Account> {
      const account = await byEmail(email, db);
      if (!(await changeAccountStatus(db, { id: account.id, ...STEPS[step] }))) {
        throw new OperatorError(
          `The account ${account.email} is ${account.status}: it cannot be ${STEPS[step].to} now.`,
        );
      }
      return await byEmail(email, db);
    },

    /**
     * Changes the settings that are given and leaves the others. Limits count from the next second on.
     * @throws OperatorError when a limit is no whole number from 1 to a million, when nobody knows the time zone, or
     *   when nothing is given
     */
    async set(email: string, change: Partial<AccountSettings>, db = database): Promise<Account> {
      if (Object.keys(change).length === 0) throw new OperatorError('Say what to set.');
      const { id } = await byEmail(email, db);
      const { submitLimit, requestLimit, timeZone } = change;
      await changeAccountSettings(db, id, {
        ...(submitLimit !== undefined && { rate_limit_submit: checkedLimit(submitLimit) }),
        ...(requestLimit !== undefined && { rate_limit_request: checkedLimit(requestLimit) }),
        ...(timeZone !== undefined && { time_zone: await knownTimeZone(db, timeZone) }),
      });
      return await byEmail(email, db);
    },
  };
}

async function knownTimeZone(db: Database, name: string): Promise<string> {
  const known = await findTimeZone(db, name);
  if (known === null) {
    throw new OperatorError(`There is no time zone "${name}": name one like Australia/Sydney or UTC.`);
  }
  return known;
}

function checkedLimit(limit: number | null): number | null {
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    throw new OperatorError(`A limit is a whole number of requests a minute, from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}

const GMAIL: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

/** The mailbox that an address leads to, as far as it can be told: `name+tag` is that of `name`, and Gmail counts no dots. */
function mailboxOf(email: string): string {
  const [address = '', host = ''] = email.split('@');
  const name = address.replace(/(?<=.)\+.*/, '');
  return GMAIL.has(host) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${host}`;
}

const digestOf = (email: string): Buffer => createHash('sha256').update(email).digest();

const normalise = (email: string): string => email.trim().toLowerCase();

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    status: row.status,
    availableMicroAud: row.available_micro_aud,
    heldMicroAud: row.held_micro_aud,
    createdAt: row.created_at,
    isOperator: row.is_operator,
    settings: {
      submitLimit: row.rate_limit_submit,
      requestLimit: row.rate_limit_request,
      timeZone: row.time_zone,
    },
  };
}
