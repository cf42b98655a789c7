import type { DashboardJob } from '@icana/contract/app';

import { formatDuration, formatMoney, formatTime } from '../../lib/format.ts';

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language' });

/** When it was submitted, how long it is, in which language, what it cost. */
export function JobFacts({ job }: { job: DashboardJob }) {
  const { createdAt, durationSeconds, language, chargedMicroAud } = job;
  const facts = [
    formatTime(createdAt),
    ...(durationSeconds === null ? [] : [formatDuration(durationSeconds)]),
    LANGUAGES.of(language) ?? language,
    ...(chargedMicroAud === null ? [] : [`${formatMoney(chargedMicroAud)}\u00A0AUD`]),
  ];
  return facts.join(' · ');
}
