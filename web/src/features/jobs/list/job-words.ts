import type { DashboardJob } from '@icana/contract/app';

import { formatMoney, formatWait } from '../../../lib/format.ts';

/** What a job is doing, in plain words. */
export function stateWords({ status }: DashboardJob): string {
  const words = {
    uploading: 'Arriving',
    pending: 'In the queue',
    processing: 'Transcribing',
    completed: 'Done',
    failed: 'Failed',
  };
  return words[status];
}

/** How far it is and how long it will take, as far as that is known; empty once it has ended. */
export function progressWords({ status, progress }: DashboardJob, passedSeconds: number): string {
  if (!progress) return '';
  const percent = Math.floor(100 * progress.fraction);
  const share = status === 'processing' && percent > 0 ? `${percent} %` : '';
  if (progress.etaSeconds === null) return share;
  const left = Math.max(0, progress.etaSeconds - passedSeconds);
  return [share, `${formatWait(left)} left`].filter(Boolean).join(', ');
}

export function costWords({ status, heldMicroAud, chargedMicroAud }: DashboardJob): string {
  if (status === 'failed') return 'Nothing charged';
  if (chargedMicroAud !== null) return formatMoney(chargedMicroAud);
  return heldMicroAud > 0 ? `${formatMoney(heldMicroAud)} reserved` : '';
}

export const isOpen = ({ status }: DashboardJob): boolean => status !== 'completed' && status !== 'failed';
