import { SegmentedControl, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { PageLink } from '../../../ui/page-link.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { PagedList } from '../../../ui/paged-list.tsx';
import { Section } from '../../../ui/section.tsx';
import { jobFilterIn } from '../filters.ts';
import { jobsQuery } from '../operator-queries.ts';
import { JobsTable } from './jobs-table.tsx';

const route = getRouteApi('/inside/admin/jobs');

const STATES = [
  { value: '', label: 'All' },
  { value: 'open', label: 'In progress' },
  { value: 'failed', label: 'Failed' },
  { value: 'completed', label: 'Done' },
];

/** The jobs of all accounts, or of one. */
export function OperatedJobsPage() {
  const filter = route.useSearch();
  const list = useInfiniteQuery({
    ...jobsQuery(filter),
    placeholderData: keepPreviousData,
  });
  const jobs = list.data?.pages.flatMap((page) => page.jobs);
  return (
    <>
      <PageTitle
        title="Jobs"
        note="Names of files, so that you can help. What was said in them nobody sees but their owners."
      />
      <Section
        title={filter.state === 'open' ? 'Running longest first' : 'Newest first'}
        aside={<StateChoice />}
      >
        {filter.account !== undefined && (
          <Text fz="sm">
            Only those of {jobs?.[0]?.email ?? 'one account'}.{' '}
            <PageLink to="/admin/jobs" search={{ ...filter, account: undefined }} inherit underline="always">
              Show all accounts
            </PageLink>
          </Text>
        )}
        <PagedList
          query={list}
          count={jobs?.length}
          empty={
            <Text c="dimmed">
              {filter.state === 'open' ? 'Nothing is in progress.' : 'There is no such job.'}
            </Text>
          }
          more="Show more"
        >
          <JobsTable jobs={jobs ?? []} withAccounts />
        </PagedList>
      </Section>
    </>
  );
}

function StateChoice() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SegmentedControl
      data={STATES}
      value={state ?? ''}
      onChange={(wanted) =>
        void navigate({ search: (now) => jobFilterIn({ ...now, state: wanted }), replace: true })
      }
      aria-label="Which jobs"
      size="sm"
    />
  );
}
