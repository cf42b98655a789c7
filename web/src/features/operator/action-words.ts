import type { OperatorAction, OperatorActionKind } from '@icana/contract/app';

import { formatMoney } from '../../lib/format.ts';

type Details = OperatorAction['details'];

interface Words {
  /** The middle of the sentence "who … whom". */
  readonly action: string;
  /** More about it, or nothing. */
  readonly about: (details: Details) => string;
}

const was = (details: Details): string => `was ${valueOf(details, 'from')}`;
const money = (details: Details): string => {
  const amount = Number(details['amountMicroAud']);
  return `${amount > 0 ? '+' : ''}${formatMoney(amount)}: ${valueOf(details, 'reason')}`;
};
const key = (details: Details): string => valueOf(details, 'masked');
const jobWas = (details: Details): string => `was ${valueOf(details, 'status')}`;

const WORDS: Readonly<Record<OperatorActionKind, Words>> = {
  'account.create': { action: 'made the account', about: () => '' },
  'account.suspend': { action: 'suspended', about: was },
  'account.restore': { action: 'restored', about: was },
  'account.close': { action: 'closed', about: was },
  'account.set': { action: 'changed the settings of', about: settingsWords },
  'account.operator': {
    action: 'changed the rights of',
    about: ({ isOperator }) => (isOperator ? 'is an operator now' : 'is no operator any more'),
  },
  'credit.adjust': { action: 'changed the credit of', about: money },
  'key.create': { action: 'made a key of', about: key },
  'key.revoke': { action: 'revoked a key of', about: key },
  'job.retry': { action: 'tried again the job', about: (details) => `as ${valueOf(details, 'newJob')}` },
  'job.cancel': { action: 'cancelled the job', about: jobWas },
  'job.delete': { action: 'deleted the job', about: jobWas },
  'job.refund': { action: 'refunded the job', about: money },
  'model.fetch': {
    action: 'fetched the model',
    about: (details) => `on ${valueOf(details, 'machine')}, under the licence ${valueOf(details, 'licence')}`,
  },
  'model.remove': {
    action: 'removed the model',
    about: (details) => `on ${valueOf(details, 'machine')}`,
  },
};

const SETTINGS = [
  ['submitLimit', 'submissions a minute'],
  ['requestLimit', 'other requests a minute'],
  ['timeZone', 'time zone'],
] as const;

function settingsWords(details: Details): string {
  return SETTINGS.filter(([name]) => name in details)
    .map(([name, label]) => `${label} ${valueOf(details, name)}, was ${valueOf(details, `${name}Before`)}`)
    .join('; ');
}

/** Null is what stands for the deployment's own. */
const valueOf = (details: Details, name: string): string => String(details[name] ?? 'the default');

export const actionWords = ({ what }: OperatorAction): string => WORDS[what].action;

export const detailWords = ({ what, details }: OperatorAction): string => WORDS[what].about(details);
