import { useInfiniteQuery } from '@tanstack/react-query';

import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionsTable } from './actions-table.tsx';
import { actionsQuery } from './operator-queries.ts';
import { PagedList } from './paged-list.tsx';

/** Everything that operators did. */
export function LogPage() {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(actionsQuery());
  const actions = data?.pages.flatMap((page) => page.actions);
  return (
    <>
      <PageTitle
        title="Log"
        note="What operators did, from these pages and from the command line. Nobody can change it."
      />
      <Section title="Newest first">
        <PagedList
          count={actions?.length}
          empty="No operator has done anything yet."
          error={error}
          more={{ has: hasNextPage, isComing: isFetchingNextPage, fetch: fetchNextPage }}
        >
          <ActionsTable actions={actions ?? []} />
        </PagedList>
      </Section>
    </>
  );
}
