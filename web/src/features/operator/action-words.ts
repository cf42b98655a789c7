import type { OperatorAction, OperatorDeed } from '@icana/contract/app';

import { formatMoney } from '../../lib/format.ts';

type Details = OperatorAction['details'];

interface Words {
  /** The middle of the sentence "who … whom". */
  readonly deed: string;
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

const WORDS: Readonly<Record<OperatorDeed, Words>> = {
  'account.create': { deed: 'made the account', about: () => '' },
  'account.suspend': { deed: 'suspended', about: was },
  'account.restore': { deed: 'restored', about: was },
  'account.close': { deed: 'closed', about: was },
  'account.set': { deed: 'changed the settings of', about: settingsWords },
  'account.operator': {
    deed: 'changed the rights of',
    about: ({ isOperator }) => (isOperator ? 'is an operator now' : 'is no operator any more'),
  },
  'credit.adjust': { deed: 'changed the credit of', about: money },
  'key.create': { deed: 'made a key of', about: key },
  'key.revoke': { deed: 'revoked a key of', about: key },
  'job.retry': { deed: 'tried again the job', about: (details) => `as ${valueOf(details, 'newJob')}` },
  'job.cancel': { deed: 'cancelled the job', about: jobWas },
  'job.delete': { deed: 'deleted the job', about: jobWas },
  'job.refund': { deed: 'refunded the job', about: money },
  'model.fetch': {
    deed: 'fetched the model',
    about: (details) => `on ${valueOf(details, 'machine')}, under the licence ${valueOf(details, 'licence')}`,
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

export const deedWords = ({ what }: OperatorAction): string => WORDS[what].deed;

export const detailWords = ({ what, details }: OperatorAction): string => WORDS[what].about(details);
