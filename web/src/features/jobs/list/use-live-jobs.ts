import type { DashboardJob } from '@icana/contract/app';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { sessionQuery } from '../../../session.ts';
import { followJobs } from './follow-jobs.ts';
import { newestOf } from './newest-of.ts';

/** What the stream has told since the page was opened, and whether it is heard at the moment. */
export interface LiveJobs {
  readonly isHeard: boolean;
  readonly changed: ReadonlyMap<string, DashboardJob>;
  readonly gone: ReadonlySet<string>;
}

const NOTHING: LiveJobs = { isHeard: false, changed: new Map(), gone: new Set() };
/** Several jobs may change at once; their lists are asked for again once. */
const ASK_AFTER_MS = 300;

/** Follows all jobs; where one begins or ends, the lists and the balance are asked for again. */
export function useLiveJobs(): LiveJobs {
  const queries = useQueryClient();
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    const statuses = new Map<string, string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAgain = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        // One that is on its way is not cut short: it may be the next page that somebody has asked for.
        if (queries.isFetching({ queryKey: ['jobs'] }) > 0) return askAgain();
        for (const queryKey of [['jobs'], sessionQuery.queryKey])
          void queries.invalidateQueries({ queryKey });
      }, ASK_AFTER_MS);
    };
    const take = (jobs: readonly DashboardJob[]) => {
      for (const { id, status } of jobs) {
        if (statuses.get(id) !== status) askAgain();
        statuses.set(id, status);
      }
      setLive((before) => ({
        ...before,
        isHeard: true,
        changed: new Map([
          ...before.changed,
          ...jobs.map((job) => [job.id, newestOf(job, before.changed.get(job.id))] as const),
        ]),
      }));
    };
    const leave = followJobs({
      jobs({ jobs }) {
        take(jobs);
        // Whatever ended while nobody listened is not among them.
        askAgain();
      },
      job: (job) => take([job]),
      gone({ id }) {
        setLive((before) => ({ ...before, gone: new Set([...before.gone, id]) }));
        askAgain();
      },
      broken() {
        setLive((before) => ({ ...before, isHeard: false }));
        // Also finds out whether it was the session that ended.
        askAgain();
      },
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [queries]);
  return live;
}
